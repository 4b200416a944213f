"""Why a prediction is what it is, and how sure."""
