"""A few predictions stored in each bundle: a model that predicts something else after loading is refused.

Files may be intact, of the right form, and still not the saved model: two tables swapped, or another library version.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recsys.schema import probability_columns
from recsys.serving.recommender import Recommender

TOLERANCE = 1e-5  # of a probability; of a score too, relative to it if it is larger than 1
MAX_PAIRS = 100
MOVIES = 4
TENTHS = (5, 1)  # of the users by number of ratings: the one in the middle, then the one after the first tenth


def reference_predictions(recommender: Recommender) -> dict[str, Any]:
    """Predictions for a newcomer and for two users with short histories, which take no time.

    Returns
    -------
    dict
        rows: rows of the interactions, -1 for a newcomer; movies: positions in the catalogue; probabilities: a list of
        star probabilities per pair, row by row; scores: the ranker's scores of the movies for the last row.
    """
    rows, movies = _rows(recommender), _movies(recommender)
    return {"rows": rows, "movies": movies, **_predictions(recommender, rows, movies)}


def require_reference(recommender: Recommender, reference: Mapping[str, Any]) -> None:
    """Raise ValueError unless the model makes the reference predictions again."""
    rows, movies = reference["rows"], reference["movies"]
    users, size = len(recommender.interactions), len(recommender.catalogue)
    if not rows or not movies or len(rows) * len(movies) > MAX_PAIRS:
        raise ValueError("the reference predictions are none, or too many")
    if not all(-1 <= row < users for row in rows) or not all(0 <= movie < size for movie in movies):
        raise ValueError("the reference predictions are of users or movies that there are not")
    for name, values in _predictions(recommender, rows, movies).items():
        stored, values = np.array(reference[name], np.float64), np.array(values)
        if stored.shape != values.shape or not np.allclose(values, stored, rtol=TOLERANCE, atol=TOLERANCE):
            raise ValueError("it does not predict what it did when it was saved")


def _predictions(recommender: Recommender, rows: list[int], movies: list[int]) -> dict[str, Any]:
    pairs = np.repeat(rows, len(movies)), np.tile(movies, len(rows))
    columns = recommender.score(recommender.interactions, *pairs)
    probabilities = np.column_stack([columns[name] for name in probability_columns(recommender.stars)])
    last_user = recommender.interactions.take(np.array(rows[-1:]))
    scores = recommender.ranker.scores(recommender.features, last_user)[0, movies]
    return {"probabilities": probabilities.tolist(), "scores": scores.tolist()}


def _rows(recommender: Recommender) -> list[int]:
    """A newcomer, and the users at `TENTHS` of those with ratings, sorted by number of ratings."""
    counts = recommender.interactions.counts
    users = np.flatnonzero(counts)
    by_count = users[np.argsort(counts[users], kind="stable")]
    return [-1, *(int(by_count[len(by_count) * tenth // 10]) for tenth in TENTHS if len(by_count))]


def _movies(recommender: Recommender) -> list[int]:
    """Catalogue positions from the most to the least often rated movie."""
    by_count = np.argsort(-recommender.counts, kind="stable")
    positions = np.linspace(0, len(by_count) - 1, min(MOVIES, len(by_count)))
    return [int(by_count[int(position)]) for position in positions]
