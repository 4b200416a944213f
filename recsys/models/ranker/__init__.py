"""From the catalogue to a ranked list: candidate generation, and the model that ranks the candidates."""
