"""A few predictions that a bundle is stored with, so that a model which answers otherwise after loading is noticed.

Files may be whole, of the right form, and still not the model that was saved: two tables swapped, another library.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from recsys.schema import probability_columns
from recsys.serving.recommender import Recommender

TOLERANCE = 1e-5  # of a probability; of a score too, if that is larger than 1 relative to it
MOVIES = 4


def reference_predictions(recommender: Recommender) -> dict[str, Any]:
    """What the model predicts for somebody unknown and for two users, with short histories so that it takes no time.

    `rows` are those of its histories (-1: nothing is known) and `movies` catalogue positions; `probabilities` of the
    stars stand in the order of the pairs, row by row; `scores` are the ranker's for the last row.
    """
    rows, movies = _rows(recommender), _movies(recommender)
    return {"rows": rows, "movies": movies, **_predicted(recommender, rows, movies)}


def require_reference(recommender: Recommender, reference: Mapping[str, Any]) -> None:
    """Raise ValueError unless the model predicts what it is stored with."""
    rows, movies = reference["rows"], reference["movies"]
    users, size = len(recommender.interactions), len(recommender.catalogue)
    if not rows or not movies or len(rows) * len(movies) > 100:
        raise ValueError("the reference predictions are none, or too many")
    if not all(-1 <= row < users for row in rows) or not all(0 <= movie < size for movie in movies):
        raise ValueError("the reference predictions are of users or movies that there are not")
    for name, values in _predicted(recommender, rows, movies).items():
        stored, values = np.array(reference[name], np.float64), np.array(values)
        if stored.shape != values.shape or not np.allclose(values, stored, rtol=TOLERANCE, atol=TOLERANCE):
            raise ValueError("it does not predict what it did when it was saved")


def _predicted(recommender: Recommender, rows: list[int], movies: list[int]) -> dict[str, Any]:
    pairs = np.repeat(rows, len(movies)), np.tile(movies, len(rows))
    columns = recommender.score(recommender.interactions, *pairs)
    probabilities = np.column_stack([columns[name] for name in probability_columns(recommender.stars)])
    person = recommender.interactions.take(np.array(rows[-1:]))
    scores = recommender.ranker.scores(recommender.features, person)[0, movies]
    return {"probabilities": probabilities.tolist(), "scores": scores.tolist()}


def _rows(recommender: Recommender) -> list[int]:
    """Nobody, and of the users who have rated, those at the tenth and at the middle by number of ratings."""
    counts = recommender.interactions.counts
    rated = np.flatnonzero(counts)
    top_k = rated[np.argsort(counts[rated], kind="stable")]
    return [-1, *(int(top_k[len(top_k) * part // 10]) for part in (5, 1) if len(top_k))]


def _movies(recommender: Recommender) -> list[int]:
    """From the most to the least often rated."""
    top_k = np.argsort(-recommender.counts, kind="stable")
    places = np.linspace(0, len(top_k) - 1, min(MOVIES, len(top_k)))
    return [int(top_k[int(place)]) for place in places]
