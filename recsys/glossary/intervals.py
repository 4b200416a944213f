"""What the intervals of metrics are, in words for pages and card."""

from __future__ import annotations

SAMPLED = "95%, with users and movies as random samples (of lists: users)"
WITHOUT_SEED = "They do not include the variance of training with another seed."
INTERVALS_MEANING = (
    "An interval made in this way contains the value for all users and movies like these in 95 of 100 cases. Ratings "
    "of one user are alike, and so are ratings of one movie: standard errors are clustered by both (Cameron, Gelbach "
    "and Miller, 2011); those of lists come from a bootstrap over users (Efron, 1979). " + WITHOUT_SEED
)
