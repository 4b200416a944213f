"""Subgroups of held-out ratings for which one model is significantly worse than another.

Many subgroups are tested at once; the step-down correction is that of S. Holm, A simple sequentially rejective multiple
test procedure (1979).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from recsys.evaluation import Report
from recsys.evaluation.slices import slicings
from recsys.glossary import group_words
from recsys.metrics.clustered import mean_and_standard_error
from recsys.metrics.probability import log_losses
from recsys.schema import MOVIE, RATING, USER
from recsys.serving.recommender import Recommender

__all__ = ["holm", "mean_and_standard_error", "row_log_losses", "significant_drops"]
MIN_ROWS = 500
SIGNIFICANCE_LEVEL = 0.02  # of all subgroups together: with both margins, about 5% of equal models are refused


class _SubgroupTest(NamedTuple):
    """A one-sided test of the mean rise in log-loss within one subgroup."""

    p_value: float
    mean_rise: float
    label: str


def significant_drops(
    challenger: Recommender, challenger_report: Report, champion_report: Report, tolerance: float
) -> Iterator[str]:
    """Find the subgroups for which the challenger is significantly worse, beyond the tolerance.

    Parameters
    ----------
    challenger
        Gives the users and movies that the subgroups of `slices` are made from.
    challenger_report, champion_report
        Reports on the same held-out rows in the same order.
    tolerance
        The rise in mean log-loss that is accepted in a subgroup, in nats.

    Yields
    ------
    str
        A sentence per subgroup of at least `MIN_ROWS` ratings, the largest rise first.
    """
    tests = list(_subgroup_tests(challenger, challenger_report, champion_report))
    rejected = holm(np.array([test.p_value for test in tests]), SIGNIFICANCE_LEVEL)
    drops = [
        (test.mean_rise, test.label)
        for test, is_significant in zip(tests, rejected, strict=True)
        if is_significant and test.mean_rise > tolerance
    ]
    for mean_rise, label in sorted(drops, reverse=True):
        yield f"It is significantly worse for {label}: log-loss higher by {mean_rise:.4f}."


def _subgroup_tests(
    challenger: Recommender, challenger_report: Report, champion_report: Report
) -> Iterator[_SubgroupTest]:
    users, movies = (challenger_report.held_out[name].to_numpy() for name in (USER, MOVIE))
    rise = row_log_losses(challenger_report) - row_log_losses(champion_report)
    for slicing in slicings(
        challenger_report, challenger.interactions, challenger.catalogue, challenger.features.vocabulary
    ):
        for group_index, group in enumerate(slicing.groups):
            rows = slicing.rows[slicing.group == group_index]
            if len(rows) >= MIN_ROWS:
                mean, standard_error = mean_and_standard_error(rise[rows], users[rows], movies[rows])
                label = f"{group_words(slicing.name, group)} ({len(rows):,} ratings)"
                yield _SubgroupTest(_one_sided_p_value(mean, standard_error), mean, label)


def _one_sided_p_value(mean: float, standard_error: float) -> float:
    """P(at least this mean) if the true mean is 0, by the normal approximation; 1 without a standard error."""
    return math.erfc(mean / standard_error / math.sqrt(2)) / 2 if standard_error > 0 else 1.0


def row_log_losses(report: Report) -> np.ndarray:
    """The log-loss of a report's model on each held-out row, float64 (rows,)."""
    probabilities = report.predicted().probabilities
    if probabilities is None:
        raise ValueError("the report has no probabilities of the stars")
    return log_losses(report.held_out[RATING].to_numpy(), probabilities, report.stars)


def holm(p_values: np.ndarray, level: float) -> np.ndarray:
    """Which hypotheses Holm's procedure rejects, bool (tests,); the family-wise error rate is at most `level`."""
    order = np.argsort(p_values, kind="stable")
    within = p_values[order] <= level / np.arange(len(p_values), 0, -1)
    rejected = np.zeros(len(p_values), bool)
    rejected[order[: len(within) if within.all() else int(np.argmin(within))]] = True
    return rejected
