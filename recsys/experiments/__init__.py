"""Evaluations beyond the report of a training: other splits, folds, signals left out; kept beside the bundles."""
