"""The page Home: what the app is and which model is active."""
