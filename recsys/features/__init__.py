"""Feature extractors, one per file, and the matrix of all their columns: what a history says about a movie."""
