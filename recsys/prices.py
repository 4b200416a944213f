"""What the lists are worth on the held-out part, and what each setting of a slider costs there.

Every list is made by the functions of `topn` that serve lists, from what people had rated before.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recsys.audience import WHOLE, Audience
from recsys.bootstrap import interval, resampled
from recsys.candidates import Filters, candidates
from recsys.evaluation import COLUMNS, PRICE_COLUMNS, Report
from recsys.hashing import uniform
from recsys.schema import LIKED_SHARE, MOVIE, RATING, USER
from recsys.topn import arranged, scores_of
from recsys.validation import RANKERS

if TYPE_CHECKING:
    from recsys.recommender import Recommender

SHOWN = 10  # movies on a measured list
POPULARITIES = (-1.0, -0.5, 0.0, 0.5, 1.0)
DIVERSITIES = (0.25, 0.5, 0.75, 1.0)
PLAIN = (0.0, 0.0)
SETTINGS = dict.fromkeys(RANKERS, (PLAIN,)) | {
    "personal": (*((value, 0.0) for value in POPULARITIES), *((0.0, value) for value in DIVERSITIES))
}
SLOW, SAMPLE = ("expected", "gems"), 150  # these say something of every movie, so fewer people are asked
ASKED = 10  # salt of the draw that says who
THREADS = 2
MODELS = {"personal": "model", "popular": "popularity"}  # rankers that stand in the report's table


def with_lists(report: Report, recommender: Recommender) -> Report:
    """The report with the ranking metrics of lists of `SHOWN`, popularity beside, and the prices of the sliders.

    `recommender` knows the train part only. Relevant is a liked held-out rating.
    """
    held_out, liked = report.held_out, LIKED_SHARE * recommender.stars[-1]
    kept = held_out[held_out[RATING] >= liked]
    movies = recommender.catalogue.positions(kept[MOVIE].to_numpy())
    audience = Audience.of(recommender.histories, recommender.catalogue, kept[USER].to_numpy(), movies)
    asked = sample(audience, recommender.recipe.seed)
    rows, told = [], []
    for ranker, settings in SETTINGS.items():
        some = asked if ranker in SLOW else audience
        for setting, lists in measured_lists(recommender, some, ranker, settings).items():
            scores = some.scores(lists)
            rows += [(ranker, *setting, name, _mean(of), _defined(of, some)) for name, of in scores.items()]
            if ranker in MODELS and setting == PLAIN:
                told += _rows(scores, MODELS[ranker], some, recommender.recipe.seed)
    added = pd.DataFrame(told, columns=["model", "metric", "value", "low", "high", "n"])
    added = added.assign(split=report.table["split"].iloc[0], slice="all")[list(COLUMNS)]
    table = pd.concat([report.table, added], ignore_index=True)
    return replace(report, table=table, prices=pd.DataFrame(rows, columns=list(PRICE_COLUMNS)))


def sample(audience: Audience, seed: int) -> Audience:
    """The people whom the slow rankers are measured on, drawn by their ids."""
    drawn = uniform(audience.people.user_ids, seed, ASKED)
    return audience.some(np.sort(np.argsort(drawn, kind="stable")[:SAMPLE]))


def measured_lists(
    recommender: Recommender, audience: Audience, ranker: str, settings: Iterable[tuple[float, float]]
) -> dict[tuple[float, float], np.ndarray]:
    """Everybody's list at each (popularity, diversity), catalogue positions (people, `SHOWN`), -1 where it is short."""
    settings = tuple(settings)
    with ThreadPoolExecutor(THREADS) as pool:
        jobs = [pool.submit(_lists, recommender, audience, row, ranker, settings) for row in range(len(audience))]
    stacked = np.array([job.result() for job in jobs], np.int64).reshape(len(audience), len(settings), SHOWN)
    return {setting: stacked[:, place] for place, setting in enumerate(settings)}


def _lists(
    recommender: Recommender, audience: Audience, row: int, ranker: str, settings: tuple[tuple[float, float], ...]
) -> np.ndarray:
    """One person's list at each setting, (settings, `SHOWN`)."""
    person = audience.people.take(np.array([row]))
    left = candidates(recommender.catalogue, recommender.counts, recommender.titles, person.movies, Filters())
    scores = scores_of(recommender, person, ranker)
    found = np.full((len(settings), SHOWN), -1)
    for place, (popularity, diversity) in enumerate(settings):
        chosen, _ = arranged(recommender, scores, left, SHOWN, popularity, diversity)
        found[place, : len(chosen)] = chosen
    return found


def _mean(scores: np.ndarray) -> float:
    """The mean over those for whom it is defined, NaN when it is for nobody."""
    return float(np.nanmean(scores)) if np.isfinite(scores).any() else np.nan


def _defined(scores: np.ndarray, audience: Audience) -> int:
    """How many people a number rests on."""
    return int(np.isfinite(scores).sum()) if scores.ndim else len(audience)


def _rows(scores: dict[str, np.ndarray], model: str, audience: Audience, seed: int) -> list[tuple]:
    """The scores as rows of a report, means with intervals when people are drawn anew."""
    weights, rows = resampled(len(audience), seed), []
    for name, of in scores.items():
        low = high = np.nan
        if name not in WHOLE and _defined(of, audience):
            defined = np.isfinite(of)
            with np.errstate(invalid="ignore"):  # a draw may have none of them
                low, high = interval((weights[:, defined] @ of[defined]) / weights[:, defined].sum(1))
        rows.append((model, f"{name}@{SHOWN}", _mean(of), low, high, _defined(of, audience)))
    return rows
