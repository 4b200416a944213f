"""Tables in, Plotly figures out: one file per page, no screen and no file is touched."""
