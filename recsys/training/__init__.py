"""From a dataset to a published version: the pipeline, its cost, its variants, and the jobs that run it."""
