"""The taste portrait: how one user's choices and stars compare with everyone's, in figures and as one picture."""
