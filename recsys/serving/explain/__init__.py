"""Explanations of expected ratings: contributions that add up, influential ratings, and sentences for both."""
