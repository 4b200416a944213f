"""The taste portrait."""
