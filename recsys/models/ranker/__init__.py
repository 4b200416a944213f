"""Which movies a user would choose and like: candidate generation and the model that ranks the candidates."""
