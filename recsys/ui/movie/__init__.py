"""The page of one movie."""
