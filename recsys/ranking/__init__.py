"""Lists: which movies people choose, whom to show what, in which order, and what a slider costs."""
