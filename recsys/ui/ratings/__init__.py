"""The parts of the page about the ratings: where they come from, what the door found, how they are spread, your own."""
