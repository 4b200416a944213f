"""The parts of Models: the shelf as everybody may see it, and what its owner may do."""
