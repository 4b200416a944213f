"""The parts of Train: what to train, what it will cost, how it goes, what came of it."""
