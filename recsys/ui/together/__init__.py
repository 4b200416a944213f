"""The page Together: one list for two to eight."""
