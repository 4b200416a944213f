"""Charts, one per file: a table in, a Plotly figure out, nothing else."""
