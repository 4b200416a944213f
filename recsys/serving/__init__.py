"""Serving a trained model: scores, top-N lists, similar movies, explanations, and the `Recommender` facade."""
