"""A trained model answering: scores, lists, similar movies, explanations, and the recommender in front of them."""
