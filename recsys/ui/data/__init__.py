"""The page Data: source and checks of the ratings, their distribution, and uploads of other datasets."""
