"""What the lists are worth on the held-out part, and what each setting of a slider costs there.

Every list is made by the functions that serve lists, from what people had rated before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recsys.core.keyed_random import uniform
from recsys.data.interactions import Interactions
from recsys.evaluation import COLUMNS, MODEL, TRADE_OFF_COLUMNS, Report
from recsys.evaluation.evaluation_users import WHOLE, EvaluationUsers
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import LIKED_SHARE, MOVIE, RANK, RATING, USER
from recsys.serving.candidate_scores import ranker_scores
from recsys.serving.filters import Candidates, Filters, candidates
from recsys.serving.list_options import LEAST_LIKE
from recsys.serving.rerank import Reranker, RerankOptions, StarScores
from recsys.validation import HIDDEN_GEMS, RANKERS

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

SHOWN, KEPT = 10, 100  # movies on a measured list, and on a list without any slider that is kept
POPULARITIES = (-1.0, -0.5, 0.0, 0.5, 1.0)
DIVERSITIES = (0.25, 0.5, 0.75, 1.0)
PLAIN = (0.0, 0.0)
SETTINGS = dict.fromkeys(RANKERS, (PLAIN,)) | {
    "personal": (*((value, 0.0) for value in POPULARITIES), *((0.0, value) for value in DIVERSITIES))
}
SLOW, SAMPLE = ("expected", "gems"), 100  # these say something of every movie, so fewer people are asked
ASKED = 10  # salt of the draw that says who
MODELS = {"personal": MODEL, "popular": "popularity"}  # rankers that stand in the report's table
TOGETHER = 64  # people whose movies are predicted in one pass
Lists = Mapping[tuple[str, float, float], np.ndarray]  # by (ranker, popularity, diversity), (people, n)
FLOORS = LEAST_LIKE | {"popular": 0.0}  # a baseline knows nobody, so it passes nothing over


def with_lists(report: Report, recommender: Recommender) -> Report:
    """The report with the ranking metrics of lists of `SHOWN`, popularity beside, and the prices of the sliders.

    `recommender` knows the train part only. Relevant is a liked held-out rating.
    """
    held_out, liked = report.held_out, LIKED_SHARE * recommender.stars[-1]
    kept = held_out[held_out[RATING] >= liked]
    movies = recommender.catalogue.positions(kept[MOVIE].to_numpy())
    evaluation_users = EvaluationUsers.of(
        recommender.interactions, recommender.catalogue, kept[USER].to_numpy(), movies
    )
    asked = sample(evaluation_users, recommender.config.seed)
    rows, told, kept_lists = [], [], report.lists
    for some, rankers in ((evaluation_users, tuple(MODELS)), (asked, SLOW)):
        for (ranker, *setting), lists in measured_lists(recommender, some, rankers).items():
            scores = some.scores(lists[:, :SHOWN])
            rows += [(ranker, *setting, name, _mean(of), _defined(of, some)) for name, of in scores.items()]
            if ranker in MODELS and tuple(setting) == PLAIN:
                told += _rows(scores, MODELS[ranker], some, recommender.config.seed)
                kept_lists = _tidy(lists, some) if MODELS[ranker] == MODEL else kept_lists
    added = pd.DataFrame(told, columns=["model", "metric", "value", "low", "high", "n"])
    added = added.assign(split=report.table["split"].iloc[0], slice="all")[list(COLUMNS)]
    table = pd.concat([report.table, added], ignore_index=True)
    trade_off_curve = pd.DataFrame(rows, columns=list(TRADE_OFF_COLUMNS))
    return replace(report, table=table, trade_off_curve=trade_off_curve, lists=kept_lists)


def sample(evaluation_users: EvaluationUsers, seed: int) -> EvaluationUsers:
    """The people whom the slow rankers are measured on, drawn by their ids."""
    drawn = uniform(evaluation_users.interactions.user_ids, seed, ASKED)
    return evaluation_users.some(np.sort(np.argsort(drawn, kind="stable")[:SAMPLE]))


def measured_lists(
    recommender: Recommender, evaluation_users: EvaluationUsers, rankers: Sequence[str]
) -> dict[tuple[str, float, float], np.ndarray]:
    """Everybody's list by (ranker, popularity, diversity), catalogue positions (people, n), -1 where it is short.

    n is `SHOWN`, and `KEPT` without any slider.
    """
    scores = ranker_scores(recommender, evaluation_users.interactions, rankers)
    settings = [(ranker, *setting) for ranker in rankers for setting in SETTINGS[ranker]]
    found = {key: np.full((len(evaluation_users), _length(key[1:])), -1) for key in settings}
    for low in range(0, len(evaluation_users), TOGETHER):
        rows = np.arange(low, min(low + TOGETHER, len(evaluation_users)))
        people = [evaluation_users.interactions.take(rows[[place]]) for place in range(len(rows))]
        own = {ranker: scores[ranker][rows] for ranker in rankers}
        lists = [
            _arrangements(recommender, user_history, own, place, found) for place, user_history in enumerate(people)
        ]
        stars = _predicted(recommender, evaluation_users.interactions.take(rows), people, lists)
        for row, of_person, predicted in zip(rows, lists, stars, strict=True):
            for key, arrangement in of_person.items():
                chosen, _, _ = arrangement.chosen(predicted)
                found[key][row, : len(chosen)] = chosen
    return found


def _arrangements(
    recommender: Recommender, user_history: Interactions, scores: Mapping[str, np.ndarray], row: int, lists: Lists
) -> dict[tuple[str, float, float], Reranker]:
    """The lists of one person, in the making, by (ranker, popularity, diversity)."""
    left = {little: _left(recommender, user_history, little) for little in {key[0] == HIDDEN_GEMS for key in lists}}
    return {
        (ranker, *setting): Reranker.of(
            recommender,
            scores[ranker][row],
            left[ranker == HIDDEN_GEMS],
            RerankOptions(of.shape[1], *setting, FLOORS[ranker]),
        )
        for (ranker, *setting), of in lists.items()
    }


def _predicted(
    recommender: Recommender,
    together: Interactions,
    people: Sequence[Interactions],
    lists: Sequence[Mapping[tuple[str, float, float], Reranker]],
) -> list[StarScores]:
    """What the floors of all lists will ask for, predicted for these people in one pass."""
    stars = [StarScores.of(recommender, user_history) for user_history in people]
    asked = [np.unique(np.concatenate([each.ahead for each in of.values()])).astype(np.int64) for of in lists]
    rows = np.repeat(np.arange(len(asked)), [len(movies) for movies in asked])
    columns = recommender.score(together, rows, np.concatenate(asked))
    for row, (predicted, movies) in enumerate(zip(stars, asked, strict=True)):
        predicted.put(movies, {name: column[rows == row] for name, column in columns.items()})
    return stars


def _left(recommender: Recommender, user_history: Interactions, little_known: bool) -> Candidates:
    filters = Filters(little_known=little_known)
    return candidates(recommender.catalogue, recommender.counts, recommender.titles, user_history.movies, filters)


def _length(setting: tuple[float, float]) -> int:
    return KEPT if setting == PLAIN else SHOWN


def _tidy(lists: np.ndarray, evaluation_users: EvaluationUsers) -> pd.DataFrame:
    """Lists as user_id, rank, movie_id."""
    row, place = np.nonzero(lists >= 0)
    movies = evaluation_users.catalogue.movie_ids[lists[row, place]]
    return pd.DataFrame({USER: evaluation_users.interactions.user_ids[row], RANK: place + 1, MOVIE: movies})


def _mean(scores: np.ndarray) -> float:
    """The mean over those for whom it is defined, NaN when it is for nobody."""
    return float(np.nanmean(scores)) if np.isfinite(scores).any() else np.nan


def _defined(scores: np.ndarray, evaluation_users: EvaluationUsers) -> int:
    """How many people a number rests on."""
    return int(np.isfinite(scores).sum()) if scores.ndim else len(evaluation_users)


def _rows(scores: dict[str, np.ndarray], model: str, evaluation_users: EvaluationUsers, seed: int) -> list[tuple]:
    """The scores as rows of a report, means with intervals when people are drawn anew."""
    weights, rows = resampled(len(evaluation_users), seed), []
    for name, of in scores.items():
        low = high = np.nan
        if name not in WHOLE and _defined(of, evaluation_users):
            defined = np.isfinite(of)
            with np.errstate(invalid="ignore"):  # a draw may have none of them
                low, high = interval((weights[:, defined] @ of[defined]) / weights[:, defined].sum(1))
        rows.append((model, f"{name}@{SHOWN}", _mean(of), low, high, _defined(of, evaluation_users)))
    return rows
