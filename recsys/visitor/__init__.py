"""A visitor's own ratings: exports read and matched, the profile file, active learning."""
