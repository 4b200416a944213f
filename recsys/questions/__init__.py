"""Who asks, what they ask, and the answer: shared by pages, routes and command line."""
