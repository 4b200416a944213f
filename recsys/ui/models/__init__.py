"""The page Models: the registry's versions, their comparison, and the event log."""
