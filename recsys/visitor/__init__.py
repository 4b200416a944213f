"""A visitor's own ratings: exports read and matched, the profile file, what to ask next."""
