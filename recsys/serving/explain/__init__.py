"""Why a rating is expected: contributions that add up, and sentences for them."""
