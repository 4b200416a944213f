"""What a model must not be trusted with, said with its own figures."""

from __future__ import annotations

import pandas as pd

from recsys.evaluation import MODEL, Report
from recsys.evaluation.slices import largest_gap
from recsys.evaluation.strongest import strongest
from recsys.glossary import group_words, metric, model_name
from recsys.schema import USER_COUNT
from recsys.serving.recommender import Recommender

FEW = 20  # known ratings, under which somebody counts as nearly new


def limits(recommender: Recommender, slices: pd.DataFrame) -> list[str]:
    """Sentences, the most general first."""
    report = recommender.report
    found = [
        "It learned from people who chose which movies to rate. Of movies that people like you do not watch it knows "
        "little, and a rating nobody asked for is not a rating anybody would give.",
        "The figures are those of ratings held out of the training. The model that answers has the same trees; its "
        "movie tables and histories were then made anew from all ratings.",
        *_people(recommender),
        *_rare_stars(report),
        *_newcomers(report),
        *_gap(slices),
        "An error of a fraction of a star is not a judgement of taste: people who rate the same movie twice do not "
        "always agree with themselves.",
    ]
    return found


def _people(recommender: Recommender) -> list[str]:
    """How many people the data has, and whether who they are has a part in the answer."""
    sentence = f"The data has {len(recommender.user_ids):,} people and {len(recommender.catalogue):,} movies"
    said = [f"{sentence}; what is true of them need not be true of others, or of movies that came later."]
    used = [name for name in ("age", "gender", "occupation") if _has(recommender.features.names, name)]
    if used:
        told = " and ".join(used)
        said.append(f"Where the data has it, a person's {told} is among the features. Do not use it to judge people.")
    return said


def _has(features: list[str], name: str) -> bool:
    return any(feature == name or feature.startswith(f"{name}_") for feature in features)


def _rare_stars(report: Report) -> list[str]:
    """The star that is recognised least."""
    rows = report.table[(report.table["metric"] == "recall") & (report.table["model"] == MODEL)].dropna()
    if rows.empty:
        return []
    worst = rows.loc[rows["value"].idxmin()]
    star = worst["slice"].removeprefix("star=")
    said = f"{star} {'star' if star == '1' else 'stars'}"
    share = metric("recall").write(worst["value"])
    return [
        f"It seldom says {said}: of {worst['n']:,} held-out ratings of {said} it predicted {share} right"
        f"{_beside(report, 'recall', worst['slice'])}."
    ]


def _beside(report: Report, name: str, part: str) -> str:
    """The strongest baseline's value in brackets; empty without one."""
    table = report.table[(report.table["metric"] == name) & (report.table["slice"] == part)]
    values = table[table["model"] != MODEL].set_index("model")["value"].to_dict()
    best = strongest(name, values)
    return f" (the strongest baseline, {model_name(best).lower()}: {metric(name).write(values[best])})" if best else ""


def _newcomers(report: Report) -> list[str]:
    """How far off it is for people of whom little was known."""
    if USER_COUNT not in report.held_out:
        return []
    few = (report.held_out[USER_COUNT] < FEW).to_numpy()
    if not few.any():
        least = int(report.held_out[USER_COUNT].min())
        return [
            f"Everybody whose ratings were held out had {least} or more others known. For somebody new, with a few "
            "ratings or none, expect larger errors: `python -m recsys evaluate --split global-time` measures them."
        ]
    off = abs(report.held_out["rating"] - report.predicted().expected)
    against = strongest("mae", {name: report.value("mae", name) for name in report.baselines})
    beside = "" if against is None else abs(report.held_out["rating"] - report.predicted(against).expected)
    told = [
        f"{off[part].mean():.2f}" + (f" ({model_name(against).lower()}: {beside[part].mean():.2f})" if against else "")
        for part in (few, ~few)
    ]
    return [
        f"For people with fewer than {FEW} known ratings the mean error is {told[0]} stars ({few.sum():,} ratings), "
        f"for the others {told[1]}."
    ]


def _gap(slices: pd.DataFrame) -> list[str]:
    """Between which groups errors differ most."""
    gap = largest_gap(slices, "rmse") if len(slices) else {}
    if not gap:
        return []
    higher, lower = (group_words(gap["slice"], gap[side]) for side in ("higher", "lower"))
    return [
        f"It is not equally good for all: its typical miss is largest for {higher} and smallest for {lower}, "
        f"{gap['gap']:.2f} stars apart. The largest of many differences is partly chance."
    ]
