"""Ratings of few stars: how many of them are foreseen, and what the probability of one is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.evaluation.diagnostics import star_event
from recsys.evaluation.reports import MODEL, Report
from recsys.evaluation.strongest import strongest
from recsys.evaluation.threshold_curves import AVERAGE_PRECISION, area
from recsys.metrics.probability import BINS, bins_of, calibration_error, chance_calibration_error
from recsys.schema import DISLIKED_SHARE, RATING, USER


def disliked_stars(stars: tuple[float, ...]) -> tuple[float, ...]:
    """The stars that mean a dislike: at most `DISLIKED_SHARE` of the highest, and at least the lowest.

    Examples
    --------
    >>> disliked_stars((1.0, 2.0, 3.0, 4.0, 5.0))
    (1.0, 2.0)
    """
    return tuple(star for star in stars if star <= max(DISLIKED_SHARE * stars[-1], stars[0]))


@dataclass(frozen=True)
class Dislikes:
    """The held-out ratings of few stars, and how well one predictor foresees them.

    Attributes
    ----------
    highest : float
        The highest star that counts as a dislike.
    ratings, share : int, float
        Held-out ratings of at most this star, and their share of all.
    missed : float
        Share of them that were predicted to have more stars.
    users, users_missed : int, float
        Users with a held-out rating of the lowest star, and the share of them for whom none was predicted right.
    average_precision, low, high : float
        Of the probability of a dislike, with its 95% interval; chance is `share`.
    baseline, baseline_precision : str, float
        The baseline with the best average precision; "" and NaN without one.
    calibration_error, chance_error, gap : float
        Of that probability: its calibration error, what chance alone would give, and the mean probability less `share`.
    """

    highest: float
    ratings: int
    share: float
    missed: float
    users: int
    users_missed: float
    average_precision: float
    low: float
    high: float
    baseline: str
    baseline_precision: float
    calibration_error: float
    chance_error: float
    gap: float

    @classmethod
    def of(cls, report: Report) -> Self | None:
        """Those of a report; None if no or every held-out rating is a dislike."""
        disliked = disliked_stars(report.stars)
        predictions, truth = report.predicted(), report.held_out[RATING].to_numpy()
        probability, happened = star_event(report, predictions.require_probabilities(), disliked)
        if happened.all() or not happened.any():
            return None
        lowest = truth == report.stars[0]
        users, user = np.unique(report.held_out[USER].to_numpy()[lowest], return_inverse=True)
        found = np.bincount(user, (predictions.rating == truth)[lowest], len(users)) > 0
        gaps = np.bincount(bins_of(probability), happened - probability, BINS)
        model_area, baselines = area(report, disliked, AVERAGE_PRECISION), _baseline_precisions(report, disliked)
        best = strongest(AVERAGE_PRECISION, baselines) or ""
        return cls(
            highest=disliked[-1],
            ratings=int(happened.sum()),
            share=float(happened.mean()),
            missed=float((predictions.rating > disliked[-1])[happened].mean()),
            users=len(users),
            users_missed=float((~found).mean()) if len(users) else np.nan,
            average_precision=float(model_area["value"]),
            low=float(model_area["low"]),
            high=float(model_area["high"]),
            baseline=best,
            baseline_precision=baselines.get(best, np.nan),
            calibration_error=float(calibration_error(gaps, np.array(len(truth)))),
            chance_error=chance_calibration_error(probability),
            gap=float(probability.mean() - happened.mean()),
        )


def _baseline_precisions(report: Report, disliked: tuple[float, ...]) -> dict[str, float]:
    """The average precision of each baseline with probabilities."""
    return {
        name: float(area(report, disliked, AVERAGE_PRECISION, name)["value"])
        for name, predictions in report.baselines.items()
        if name != MODEL and predictions.probabilities is not None
    }
