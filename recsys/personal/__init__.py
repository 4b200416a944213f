"""One visitor's own ratings: kept by the visitor, read from exports and files, asked for, and never stored here."""
