"""The page Evaluate: the active model's metrics, calibration, slices and audit, and fresh evaluations."""
