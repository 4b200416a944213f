"""The Evaluate page in parts: the headline, and one module a section."""
