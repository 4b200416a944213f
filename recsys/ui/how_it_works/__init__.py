"""How it works: the model as a diagram, part by part, with one example, and the leak laboratory."""
