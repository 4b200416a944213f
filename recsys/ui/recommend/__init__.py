"""The page Recommend: a top-N list for one user, its filters, trade-offs and movie details."""
