"""Parts that several pages share: pickers, prediction card, explanation, metric tables, sign-in, URL parameters."""
