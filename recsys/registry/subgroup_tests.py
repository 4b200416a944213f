"""Groups of held-out ratings for which one model is worse than another, beyond what many looks would find by chance.

The step-down correction for many looks: S. Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from recsys.evaluation import Report
from recsys.evaluation.slices import slicings
from recsys.glossary import group_words
from recsys.metrics.probability import log_losses
from recsys.schema import MOVIE, RATING, USER
from recsys.serving.recommender import Recommender

LEAST_ROWS, LEVEL = 500, 0.05


def significant_drops(challenger: Recommender, ours: Report, theirs: Report, allowance: float) -> Iterator[str]:
    """A sentence for each group of at least `LEAST_ROWS` ratings whose log-loss rose by more than the allowance.

    The worst come first. Both reports are about the same rows in the same order; groups are those of `slices`.
    """
    truth, users, movies = (ours.held_out[name].to_numpy() for name in (RATING, USER, MOVIE))
    one, other = (log_losses(truth, side.predicted().probabilities, side.stars) for side in (ours, theirs))
    rise = one - other
    found = []
    for slicing in slicings(ours, challenger.interactions, challenger.catalogue, challenger.features.vocabulary):
        for place, group in enumerate(slicing.groups):
            rows = slicing.rows[slicing.group == place]
            if len(rows) >= LEAST_ROWS:
                mean, error = certainty(rise[rows], users[rows], movies[rows])
                chance = math.erfc(mean / error / math.sqrt(2)) / 2 if error > 0 else 1.0
                found.append((chance, mean, f"{group_words(slicing.name, group)} ({len(rows):,} ratings)"))
    certain = holm(np.array([chance for chance, _, _ in found]), LEVEL)
    sure = [(mean, told) for (_, mean, told), sure in zip(found, certain, strict=True) if sure and mean > allowance]
    for mean, told in sorted(sure, reverse=True):
        yield f"It is worse for {told}: log-loss higher by {mean:.4f}, beyond chance."


def certainty(values: np.ndarray, *user_index: np.ndarray) -> tuple[float, float]:
    """The mean of some values and its standard error, when values with any owner in common go together.

    Rows of one user go together, and so do rows of one movie: two models that learned from different parts of the data
    differ movie by movie. Errors clustered in two ways: A. C. Cameron, J. B. Gelbach and D. L. Miller, Robust inference
    with multiway clustering (2011). NaN with a single user or movie, of which nothing can be said.
    """
    off = values - values.mean()
    parts = [np.bincount(np.unique(owner, return_inverse=True)[1], off) for owner in user_index]
    if min(map(len, parts)) < 2:
        return float(values.mean()), math.nan
    squares = [float(np.square(part).sum()) for part in parts]
    both = float(np.square(off).sum())  # each row is one pair of a user and a movie
    return float(values.mean()), math.sqrt(max(sum(squares) - both * (len(parts) - 1), *squares)) / len(values)


def holm(chances: np.ndarray, level: float) -> np.ndarray:
    """Which of many findings hold together at a level, bool; at most `level` of such answers have a false one."""
    order = np.argsort(chances, kind="stable")
    within = chances[order] <= level / np.arange(len(chances), 0, -1)
    held = np.zeros(len(chances), bool)
    held[order[: len(within) if within.all() else int(np.argmin(within))]] = True
    return held
