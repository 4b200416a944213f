"""What a history says about a movie: one extractor a file, all of the same shape, and the matrix they make together."""
