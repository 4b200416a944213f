"""Groups of held-out ratings for which one model is worse than another, beyond what many looks would find by chance.

The step-down correction for many looks: S. Holm, A simple sequentially rejective multiple test procedure (1979).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from recsys.evaluation import Report
from recsys.probability_metrics import log_losses
from recsys.recommender import Recommender
from recsys.schema import RATING, USER
from recsys.slices import slicings

LEAST_ROWS, LEVEL = 500, 0.05


def fallen(challenger: Recommender, ours: Report, theirs: Report, allowance: float) -> Iterator[str]:
    """A sentence for each group of at least `LEAST_ROWS` ratings whose log-loss rose by more than the allowance.

    Both reports are about the same rows in the same order; groups are those of `slices`.
    """
    truth, users = ours.held_out[RATING].to_numpy(), ours.held_out[USER].to_numpy()
    one, other = (log_losses(truth, side.predicted().probabilities, side.stars) for side in (ours, theirs))
    rise = one - other
    found = []
    for slicing in slicings(challenger, ours):
        for place, group in enumerate(slicing.groups):
            rows = slicing.rows[slicing.group == place]
            if len(rows) >= LEAST_ROWS:
                mean, chance = clustered(rise[rows], users[rows])
                found.append((chance, mean, f"{slicing.name} {group} ({len(rows):,} ratings)"))
    certain = holm(np.array([chance for chance, _, _ in found]), LEVEL)
    for (_, mean, told), sure in zip(found, certain, strict=True):
        if sure and mean > allowance:
            yield f"It is worse for {told}: log-loss higher by {mean:.4f}, beyond chance."


def clustered(values: np.ndarray, owners: np.ndarray) -> tuple[float, float]:
    """The mean of some values and how probable one so high is by chance, when values of an owner go together.

    The standard error is that of a ratio of sums over owners. With one owner nothing can be said: chance is 1.
    """
    _, owner = np.unique(owners, return_inverse=True)
    sums, rows = np.bincount(owner, values), np.bincount(owner)
    mean = sums.sum() / rows.sum()
    error = math.sqrt(np.square(sums - mean * rows).sum()) / rows.sum()
    if error == 0:
        return float(mean), 1.0
    return float(mean), math.erfc(mean / error / math.sqrt(2)) / 2


def holm(chances: np.ndarray, level: float) -> np.ndarray:
    """Which of many findings hold together at a level, bool; at most `level` of such answers have a false one."""
    order = np.argsort(chances, kind="stable")
    within = chances[order] <= level / np.arange(len(chances), 0, -1)
    held = np.zeros(len(chances), bool)
    held[order[: len(within) if within.all() else int(np.argmin(within))]] = True
    return held
