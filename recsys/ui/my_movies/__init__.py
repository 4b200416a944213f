"""The page My movies: what the visitor has rated, saved, seen and hidden, to change, keep, share and forget."""
