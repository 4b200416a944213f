"""Ranking metrics of top-N lists on the held-out part, for each ranker and each setting of the sliders.

Every list is made by the functions that serve lists, from the users' histories in the train part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.data.interactions import Interactions
from recsys.evaluation import COLUMNS, MODEL, TRADE_OFF_COLUMNS, Report
from recsys.evaluation.evaluation_users import WHOLE, EvaluationUsers
from recsys.list_option_table import HIDDEN_GEMS, LEAST_LIKE, RANKERS
from recsys.metrics.bootstrap import interval, resampled
from recsys.schema import LIKED_SHARE, MOVIE, RANK, RATING, USER
from recsys.serving.candidate_scores import ranker_scores
from recsys.serving.filters import Candidates, Filters, candidates
from recsys.serving.rerank import Reranker, RerankOptions, StarScores

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

ListKey = tuple[str, float, float]  # ranker, popularity, diversity

SHOWN, STORED = 10, 100  # length of a measured list, and of one without sliders, which the report stores
POPULARITIES = (-1.0, -0.5, 0.0, 0.5, 1.0)
DIVERSITIES = (0.25, 0.5, 0.75, 1.0)
PLAIN = (0.0, 0.0)  # popularity and diversity without sliders
SETTINGS: dict[str, tuple[tuple[float, float], ...]] = {
    **dict.fromkeys(RANKERS, (PLAIN,)),
    "personal": (*((value, 0.0) for value in POPULARITIES), *((0.0, value) for value in DIVERSITIES)),
}
SLOW_RANKERS, SAMPLE_SIZE = ("expected", "gems"), 100  # these score every movie, so fewer users are measured
MODELS = {"personal": MODEL, "popular": "popularity"}  # rankers in the report's table
BATCH_SIZE = 64  # users whose movies are predicted in one pass
FLOORS = LEAST_LIKE | {"popular": 0.0}  # the baseline has no like probabilities, so it has no floor


def with_lists(report: Report, recommender: Recommender) -> Report:
    """The report with the ranking metrics of top-N lists.

    Parameters
    ----------
    report : Report
        On the test part. A held-out rating is relevant when it is liked (`LIKED_SHARE` of the top star).
    recommender : Recommender
        Fitted on the train part alone.

    Returns
    -------
    Report
        The same with metrics of lists of `SHOWN` in `table`, the popularity baseline beside them, with
        `trade_off_curve` and with the users' `lists`.
    """
    liked = report.held_out[report.held_out[RATING] >= LIKED_SHARE * recommender.stars[-1]]
    movies = recommender.catalogue.positions(liked[MOVIE].to_numpy())
    evaluation_users = EvaluationUsers.of(
        recommender.interactions, recommender.catalogue, liked[USER].to_numpy(), movies
    )
    sampled_users = sample(evaluation_users, recommender.config.seed)
    curve_rows, metric_rows, stored_lists = [], [], report.lists
    for users, rankers in ((evaluation_users, tuple(MODELS)), (sampled_users, SLOW_RANKERS)):
        for (ranker, *setting), lists in measured_lists(recommender, users, rankers).items():
            scores = users.scores(lists[:, :SHOWN])
            curve_rows += [(ranker, *setting, name, _mean(of), _count(of, users)) for name, of in scores.items()]
            if ranker in MODELS and tuple(setting) == PLAIN:
                metric_rows += _metric_rows(scores, MODELS[ranker], users, recommender.config.seed)
                stored_lists = _tidy(lists, users) if MODELS[ranker] == MODEL else stored_lists
    metrics = pd.DataFrame(metric_rows, columns=["model", "metric", "value", "low", "high", "n"])
    metrics = metrics.assign(split=report.table["split"].iloc[0], slice="all")[list(COLUMNS)]
    table = pd.concat([report.table, metrics], ignore_index=True)
    trade_off_curve = pd.DataFrame(curve_rows, columns=list(TRADE_OFF_COLUMNS))
    return replace(report, table=table, trade_off_curve=trade_off_curve, lists=stored_lists)


def sample(evaluation_users: EvaluationUsers, seed: int) -> EvaluationUsers:
    """The users whom the slow rankers are measured on, drawn by their ids."""
    draws = draw(Stream.TRADE_OFF_USERS, evaluation_users.interactions.user_ids, seed=seed)
    return evaluation_users.take(np.sort(np.argsort(draws, kind="stable")[:SAMPLE_SIZE]))


def measured_lists(
    recommender: Recommender, evaluation_users: EvaluationUsers, rankers: Sequence[str]
) -> dict[ListKey, np.ndarray]:
    """Every user's list for each ranker and each of its slider settings.

    Returns
    -------
    dict
        By (ranker, popularity, diversity): catalogue positions, int64 (users, n), -1 where a list is short.
        n is `SHOWN`, and `STORED` without sliders.
    """
    scores = ranker_scores(recommender, evaluation_users.interactions, rankers)
    keys = [(ranker, *setting) for ranker in rankers for setting in SETTINGS[ranker]]
    lists = {key: np.full((len(evaluation_users), _length(key[1:])), -1) for key in keys}
    lengths = {key: positions.shape[1] for key, positions in lists.items()}
    for low in range(0, len(evaluation_users), BATCH_SIZE):
        rows = np.arange(low, min(low + BATCH_SIZE, len(evaluation_users)))
        histories = [evaluation_users.interactions.take(rows[[index]]) for index in range(len(rows))]
        rerankers = [
            _rerankers(recommender, history, {ranker: scores[ranker][row] for ranker in rankers}, lengths)
            for row, history in zip(rows, histories, strict=True)
        ]
        star_scores = _predicted(recommender, evaluation_users.interactions.take(rows), histories, rerankers)
        for row, rerankers_of_user, predicted in zip(rows, rerankers, star_scores, strict=True):
            for key, reranker in rerankers_of_user.items():
                positions, _, _ = reranker.chosen(predicted)
                lists[key][row, : len(positions)] = positions
    return lists


def _rerankers(
    recommender: Recommender,
    user_history: Interactions,
    scores: Mapping[str, np.ndarray],
    lengths: Mapping[ListKey, int],
) -> dict[ListKey, Reranker]:
    """The rerankers of one user's lists, from the user's scores by ranker, float64 (movies,)."""
    unseen = {
        little_known: _candidates(recommender, user_history, little_known)
        for little_known in {ranker == HIDDEN_GEMS for ranker, _, _ in lengths}
    }
    return {
        (ranker, popularity, diversity): Reranker.of(
            recommender,
            scores[ranker],
            unseen[ranker == HIDDEN_GEMS],
            RerankOptions(length, popularity, diversity, FLOORS[ranker]),
        )
        for (ranker, popularity, diversity), length in lengths.items()
    }


def _predicted(
    recommender: Recommender,
    batch: Interactions,
    histories: Sequence[Interactions],
    rerankers: Sequence[Mapping[ListKey, Reranker]],
) -> list[StarScores]:
    """The predictions that the floors of all lists need first, made for a batch of users in one pass."""
    star_scores = [StarScores.of(recommender, history) for history in histories]
    movies_of_users = [
        np.unique(np.concatenate([reranker.ahead for reranker in of_user.values()])).astype(np.int64)
        for of_user in rerankers
    ]
    rows = np.repeat(np.arange(len(movies_of_users)), [len(movies) for movies in movies_of_users])
    columns = recommender.score(batch, rows, np.concatenate(movies_of_users))
    for row, (predicted, movies) in enumerate(zip(star_scores, movies_of_users, strict=True)):
        predicted.put(movies, {name: column[rows == row] for name, column in columns.items()})
    return star_scores


def _candidates(recommender: Recommender, user_history: Interactions, little_known: bool) -> Candidates:
    filters = Filters(little_known=little_known)
    return candidates(recommender.catalogue, recommender.counts, recommender.titles, user_history.movies, filters)


def _length(setting: tuple[float, float]) -> int:
    return STORED if setting == PLAIN else SHOWN


def _tidy(lists: np.ndarray, evaluation_users: EvaluationUsers) -> pd.DataFrame:
    """Lists as user_id, rank, movie_id."""
    row, index = np.nonzero(lists >= 0)
    movies = evaluation_users.catalogue.movie_ids[lists[row, index]]
    return pd.DataFrame({USER: evaluation_users.interactions.user_ids[row], RANK: index + 1, MOVIE: movies})


def _mean(scores: np.ndarray) -> float:
    """The mean over the users for whom the metric is defined, NaN when there are none."""
    return float(np.nanmean(scores)) if np.isfinite(scores).any() else np.nan


def _count(scores: np.ndarray, evaluation_users: EvaluationUsers) -> int:
    """How many users a metric is measured on."""
    return int(np.isfinite(scores).sum()) if scores.ndim else len(evaluation_users)


def _metric_rows(
    scores: dict[str, np.ndarray], model: str, evaluation_users: EvaluationUsers, seed: int
) -> list[tuple[Any, ...]]:
    """The metrics as rows of a report, means with bootstrap intervals over users."""
    weights, rows = resampled(len(evaluation_users), seed), []
    for name, of in scores.items():
        low = high = np.nan
        if name not in WHOLE and _count(of, evaluation_users):
            defined = np.isfinite(of)
            with np.errstate(invalid="ignore"):  # a draw may have none of them
                low, high = interval((weights[:, defined] @ of[defined]) / weights[:, defined].sum(1))
        rows.append((model, f"{name}@{SHOWN}", _mean(of), low, high, _count(of, evaluation_users)))
    return rows
