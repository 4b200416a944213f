"""Explanations of expected ratings: contributions that add up, and sentences for them."""
