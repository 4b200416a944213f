"""Similar movies: those for which the tastes of users are correlated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from recsys.errors import InputError
from recsys.features.gaussian_process import GaussianProcess
from recsys.list_option_table import LIST_OPTIONS
from recsys.schema import SIMILARITY
from recsys.serving.candidate_scores import ranked_rows, top_k
from recsys.serving.filters import Filters, candidates
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import known_positions

DAMPING = 20.0  # ratings


def similar(scorer: Scorer, movie_id: int, n: int) -> pd.DataFrame:
    """The table of `Recommender.similar`, which documents it."""
    if problem := LIST_OPTIONS["n"].problem(n):
        raise InputError.of([problem])
    catalogue, counts = scorer.catalogue, scorer.counts
    position = known_positions(catalogue, [movie_id])
    others = candidates(catalogue, counts, scorer.titles, position, Filters())
    scores = similarity(scorer.features.extractor(GaussianProcess), int(position[0]), counts)
    top = top_k(scores, np.flatnonzero(others.passing), n)
    return ranked_rows(catalogue, top).assign(**{SIMILARITY: scores[top]})


def similarity(gaussian_process: GaussianProcess, position: int, counts: np.ndarray) -> np.ndarray:
    """Similarity of every movie to one movie.

    The correlation of users' tastes for both by the learned covariance, whose prior is the kernel of
    `features.movie_kernel`, shrunk to 0 for movies with few ratings. Item-item weights and co-occurrence factors were
    tried beside it, and put popular movies first.

    Parameters
    ----------
    gaussian_process : GaussianProcess
        The learned extractor.
    position : int
        Catalogue position of the movie.
    counts : ndarray of int64, shape (movies,)
        Ratings of each movie.

    Returns
    -------
    ndarray of float64, shape (movies,)
        From -1 to 1; 1 for the movie itself.
    """
    covariance = gaussian_process.movie_covariance
    deviation = np.sqrt(np.diag(covariance).astype(np.float64))
    similarities = covariance[position] / (deviation * deviation[position]) * np.sqrt(counts / (counts + DAMPING))
    similarities[position] = 1.0
    return similarities
