"""Limits of a model, with its own metrics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.evaluation.slices import largest_gap
from recsys.evaluation.strongest import strongest
from recsys.glossary import group_words, metric, model_name
from recsys.schema import USER_COUNT
from recsys.serving.recommender import Recommender

FEW = 20  # known ratings; users with fewer count as nearly new


def limits(recommender: Recommender, report: Report, slices: pd.DataFrame) -> list[str]:
    """The limits as sentences, the most general first."""
    return [
        "It learned from people who chose which movies to rate. Of movies that people like you do not watch it knows "
        "little, and a rating nobody asked for is not a rating anybody would give.",
        "The figures are those of ratings held out of the training. The model that answers has the same trees; its "
        "movie tables and histories were then made anew from all ratings.",
        *_population(recommender),
        *_rare_stars(report),
        *_newcomers(report),
        *_gap(slices),
        "An error of a fraction of a star is not a judgement of taste: people who rate the same movie twice do not "
        "always agree with themselves.",
    ]


def _population(recommender: Recommender) -> list[str]:
    """The number of users and movies, and whether demographics are among the features."""
    sentence = f"The data has {len(recommender.user_ids):,} people and {len(recommender.catalogue):,} movies"
    sentences = [f"{sentence}; what is true of them need not be true of others, or of movies that came later."]
    used = [name for name in ("age", "gender", "occupation") if _has(recommender.features.names, name)]
    if used:
        names = " and ".join(used)
        sentences.append(
            f"Where the data has it, a person's {names} is among the features. Do not use it to judge people."
        )
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
        f"It seldom says {stars}: of {worst['n']:,} held-out ratings of {stars} it predicted {share} right"
        f"{_strongest_baseline(report, 'recall', worst['slice'])}."
    ]


def _strongest_baseline(report: Report, name: str, slice_name: str) -> str:
    """The strongest baseline's value in brackets; empty without one."""
    table = report.table[(report.table["metric"] == name) & (report.table["slice"] == slice_name)]
    baselines = table[table["model"] != MODEL]
    values = dict(zip(baselines["model"], baselines["value"].astype(float), strict=True))
    best = strongest(name, values)
    return f" (the strongest baseline, {model_name(best).lower()}: {metric(name).write(values[best])})" if best else ""


def _newcomers(report: Report) -> list[str]:
    """The error for users with few known ratings."""
    if USER_COUNT not in report.held_out:
        return []
    few = (report.held_out[USER_COUNT] < FEW).to_numpy()
    if not few.any():
        least = int(report.held_out[USER_COUNT].min())
        return [
            f"Everybody whose ratings were held out had {least} or more others known. For somebody new, with a few "
            "ratings or none, expect larger errors: `python -m recsys evaluate --split global-time` measures them."
        ]
    baseline = strongest("mae", {name: report.value("mae", name) for name in report.baselines})
    new, others = (_mean_errors(report, baseline, rows) for rows in (few, ~few))
    return [
        f"For people with fewer than {FEW} known ratings the mean error is {new} stars ({few.sum():,} ratings), "
        f"for the others {others}."
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


def _gap(slices: pd.DataFrame) -> list[str]:
    """The two groups whose errors differ most."""
    gap = largest_gap(slices, "rmse") if len(slices) else {}
    if not gap:
        return []
    higher, lower = (group_words(str(gap["slice"]), str(gap[end])) for end in ("higher", "lower"))
    return [
        f"It is not equally good for all: its typical miss is largest for {higher} and smallest for {lower}, "
        f"{gap['gap']:.2f} stars apart. The largest of many differences is partly chance."
    ]
