"""Limits of a model, with its own metrics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from recsys.evaluation import MODEL, Report
from recsys.evaluation.group_gaps import gap_sentence
from recsys.evaluation.strongest import strongest
from recsys.glossary import metric, model_name
from recsys.schema import USER_COUNT
from recsys.serving.recommender import Recommender

FEW = 20  # known ratings; users with fewer count as nearly new


def limits(recommender: Recommender, report: Report, gaps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The limits as sentences, the most general first; `gaps` are the rows of `group_gaps.gaps`."""
    return [
        "Users chose which movies to rate (selection bias). The model knows little about movies that users of "
        "the same taste do not watch.",
        "The metrics are from held-out ratings. The live model has the same trees; its movie tables and histories were "
        "then updated with all ratings.",
        *_population(recommender),
        *_rare_stars(report),
        *_newcomers(report),
        *_gaps(gaps),
        "Ratings are noisy: users who rate the same movie twice do not always give the same stars. No model can be "
        "free of error.",
    ]


def _population(recommender: Recommender) -> list[str]:
    """The number of users and movies, and whether demographics are among the features."""
    sentence = f"The data has {len(recommender.user_ids):,} users and {len(recommender.catalogue):,} movies"
    sentences = [f"{sentence}. Results may differ for other users, and for movies that came later."]
    used = [name for name in ("age", "gender", "occupation") if _has(recommender.features.names, name)]
    if used:
        names = " and ".join(used)
        sentences.append(f"The features include the user's {names}, where known. Do not use the model to judge people.")
    return sentences


def _has(features: list[str], name: str) -> bool:
    return any(feature == name or feature.startswith(f"{name}_") for feature in features)


def _rare_stars(report: Report) -> list[str]:
    """The star with the lowest recall."""
    rows = report.table[(report.table["metric"] == "recall") & (report.table["model"] == MODEL)].dropna()
    if rows.empty:
        return []
    worst = rows.sort_values("value", kind="stable").to_dict("records")[0]
    star = worst["slice"].removeprefix("star=")
    stars = f"{star} {'star' if star == '1' else 'stars'}"
    share = metric("recall").write(worst["value"])
    return [
        f"It seldom predicts {stars}: the recall on {worst['n']:,} held-out ratings of {stars} is {share}"
        f"{_strongest_baseline(report, 'recall', worst['slice'])}."
    ]


def _strongest_baseline(report: Report, name: str, slice_name: str) -> str:
    """The strongest baseline's value in brackets; empty without one."""
    table = report.table[(report.table["metric"] == name) & (report.table["slice"] == slice_name)]
    baselines = table[table["model"] != MODEL]
    values = dict(zip(baselines["model"], baselines["value"].astype(float), strict=True))
    best = strongest(name, values)
    return f" (best baseline, {model_name(best).lower()}: {metric(name).write(values[best])})" if best else ""


def _newcomers(report: Report) -> list[str]:
    """The error for users with few known ratings."""
    if USER_COUNT not in report.held_out:
        return []
    few = (report.held_out[USER_COUNT] < FEW).to_numpy()
    if not few.any():
        least = int(report.held_out[USER_COUNT].min())
        return [
            f"All users in the test had at least {least} training ratings. Expect larger errors for newcomers with "
            "few or no ratings: `python -m recsys evaluate --split global-time` measures them."
        ]
    baseline = strongest("mae", {name: report.value("mae", name) for name in report.baselines})
    new, others = (_mean_errors(report, baseline, rows) for rows in (few, ~few))
    return [
        f"For users with fewer than {FEW} training ratings the MAE is {new} stars ({few.sum():,} ratings), for the "
        f"others {others}."
    ]


def _mean_errors(report: Report, baseline: str | None, rows: np.ndarray) -> str:
    """Mean absolute error of the model on these rows, with the baseline's in brackets."""
    stars = report.held_out["rating"]
    error = f"{abs(stars - report.predicted().expected)[rows].mean():.2f}"
    if baseline is None:
        return error
    return (
        f"{error} ({model_name(baseline).lower()}: {abs(stars - report.predicted(baseline).expected)[rows].mean():.2f})"
    )


def _gaps(gaps: Sequence[Mapping[str, Any]]) -> list[str]:
    """The gaps in RMSE between groups that are beyond chance, or that there is none."""
    sentence = gap_sentence([gap for gap in gaps if gap["metric"] == "rmse"], "rmse")
    return [sentence] if sentence else []
