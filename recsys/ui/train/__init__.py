"""The page Train: settings, cost estimate, progress and outcome of a training, and a visitor's trial."""
