"""Movies like another: those for which people's tastes go together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.errors import InputError
from recsys.features.gaussian_process import GaussianProcess
from recsys.schema import SIMILARITY
from recsys.serving.candidate_scores import listed, top_k
from recsys.serving.filters import Filters, candidates
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions
from recsys.validation import MAX_LISTED, number_problem

DAMPING = 20.0  # ratings


def similar(scorer: Scorer, movie_id: int, n: int) -> pd.DataFrame:
    """The table of `Recommender.similar`. Raises InputError for n out of range, UnknownIdError as `predict`."""
    if problem := number_problem("n", n, 1, MAX_LISTED, whole=True):
        raise InputError.of([problem])
    catalogue, counts = scorer.catalogue, scorer.counts
    position = known_positions(catalogue, [movie_id])
    left = candidates(catalogue, counts, scorer.titles, position, Filters())
    found = similarity(scorer.features.extractor(GaussianProcess), int(position[0]), counts)
    chosen = top_k(found, np.flatnonzero(left.passing), n)
    return listed(catalogue, chosen).assign(**{SIMILARITY: found[chosen]})


def similarity(taste: GaussianProcess, position: int, counts: np.ndarray) -> np.ndarray:
    """How alike each movie is to one, float64 (movies,): 1 for itself, drawn to 0 while little is known of it.

    The correlation of people's tastes for both by the learned covariance, which began from what movies are and from
    who rates them together (`features.movie_kernel`). Alone it was better to look at than with item-item weights or
    places among the axes of company mixed in, which bring everybody's favourites.
    `counts` are ratings per movie, (movies,).
    """
    covariance = taste.movie_covariance
    own = np.sqrt(np.diag(covariance).astype(np.float64))
    found = covariance[position] / (own * own[position]) * np.sqrt(counts / (counts + DAMPING))
    found[position] = 1.0
    return found
