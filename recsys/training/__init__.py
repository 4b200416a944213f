"""From a dataset to a published version: the pipeline, its cost, stored evaluations, and the jobs that run them."""
