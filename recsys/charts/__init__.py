"""Tables in, Plotly figures out: one file per chart. Pure functions."""
