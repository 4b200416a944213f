"""Ranking metrics of top-N lists on the held-out part, for each ranker and each setting of the sliders.

Every list is made by the functions that serve lists, from the users' histories in the train part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.data.interactions import Interactions
from recsys.evaluation import COLUMNS, MODEL, TRADE_OFF_COLUMNS, Report
from recsys.evaluation.evaluation_users import EvaluationUsers
from recsys.evaluation.user_means import UserMean
from recsys.list_option_table import HIDDEN_GEMS, LEAST_LIKE, RANKERS
from recsys.metrics.bootstrap import resampled
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
KEYS: tuple[ListKey, ...] = tuple((ranker, *setting) for ranker in RANKERS for setting in SETTINGS[ranker])
SAMPLE_SIZE = 300  # users of the curve; all would make a quick training a third slower: some rankers score every movie
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
        The same with metrics of lists of `SHOWN` in `table`, the popularity baseline beside them, and with the users'
        `lists`, all for every user who liked a held-out movie; and with `trade_off_curve`, whose lists are all for the
        same `SAMPLE_SIZE` of these users.
    """
    liked = report.held_out[report.held_out[RATING] >= LIKED_SHARE * recommender.stars[-1]]
    movies = recommender.catalogue.positions(liked[MOVIE].to_numpy())
    users = EvaluationUsers.of(recommender.interactions, recommender.catalogue, liked[USER].to_numpy(), movies)
    sampled, seed = sampled_rows(users, recommender.config.seed), recommender.config.seed
    lists = measured_lists(recommender, users, [(ranker, *PLAIN) for ranker in MODELS])
    sample = users.take(sampled)
    lists_of_sample = {key: of_users[sampled] for key, of_users in lists.items()} | measured_lists(
        recommender, sample, [key for key in KEYS if key not in lists]
    )
    return replace(
        report,
        table=pd.concat([report.table, _metric_table(report, users, lists, seed)], ignore_index=True),
        trade_off_curve=trade_off_table(sample, lists_of_sample, seed),
        lists=_tidy(lists["personal", *PLAIN], users),
    )


def sampled_rows(users: EvaluationUsers, seed: int) -> np.ndarray:
    """Rows of the users whom all rankers and settings are measured on, ascending; drawn by their ids."""
    draws = draw(Stream.TRADE_OFF_USERS, users.interactions.user_ids, seed=seed)
    return np.sort(np.argsort(draws, kind="stable")[:SAMPLE_SIZE])


def trade_off_table(users: EvaluationUsers, lists: Mapping[ListKey, np.ndarray], seed: int) -> pd.DataFrame:
    """Metrics of lists for the same users, each less that of the lists which it is compared with.

    A setting of the sliders is compared with both at 0, and a ranker with both at 0 with popularity.

    Parameters
    ----------
    users : EvaluationUsers
        The users that all lists are for.
    lists : mapping of (ranker, popularity, diversity) to ndarray
        Catalogue positions, int64 (users, n); with every list that another is compared with.
    seed : int
        Seed of the resampled users, who are the same for all differences.

    Returns
    -------
    DataFrame
        The columns `TRADE_OFF_COLUMNS`.
    """
    weights, rows = resampled(len(users), seed), []
    scores = {key: users.scores(of_users[:, :SHOWN]) for key, of_users in lists.items()}
    for key, of_key in scores.items():
        reference = scores["popular" if key[1:] == PLAIN else key[0], *PLAIN]
        for name, values in of_key.items():
            mean, paired = (UserMean.of(each, weights) for each in (values, values - reference[name]))
            rows.append((*key, name, mean.value, mean.n, paired.value, paired.low, paired.high))
    return pd.DataFrame(rows, columns=list(TRADE_OFF_COLUMNS))


def measured_lists(
    recommender: Recommender, evaluation_users: EvaluationUsers, keys: Sequence[ListKey]
) -> dict[ListKey, np.ndarray]:
    """Every user's list for each of these rankers with these settings of the sliders.

    Returns
    -------
    dict
        By (ranker, popularity, diversity): catalogue positions, int64 (users, n), -1 where a list is short.
        n is `SHOWN`, and `STORED` without sliders.
    """
    rankers = list(dict.fromkeys(ranker for ranker, _, _ in keys))
    scores = ranker_scores(recommender, evaluation_users.interactions, rankers)
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


def _metric_table(
    report: Report, users: EvaluationUsers, lists: Mapping[ListKey, np.ndarray], seed: int
) -> pd.DataFrame:
    """The metrics as rows of the report's table, with intervals over users."""
    weights, rows = resampled(len(users), seed), []
    for (ranker, _, _), of_users in lists.items():
        for name, values in users.scores(of_users[:, :SHOWN]).items():
            mean = UserMean.of(values, weights)
            rows.append((MODELS[ranker], f"{name}@{SHOWN}", mean.value, mean.low, mean.high, mean.n))
    metrics = pd.DataFrame(rows, columns=["model", "metric", "value", "low", "high", "n"])
    return metrics.assign(split=report.table["split"].iloc[0], slice="all")[list(COLUMNS)]
