"""EASE with graded targets and dropout (EDLAE), its constants chosen on an inner split of the train part.

H. Steck, Autoencoders that don't overfit towards the identity, NeurIPS 2020: dropout of the inputs, with the diagonal
left out of the model, is a ridge penalty in proportion to each movie's own weight.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import product

import numpy as np

from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation.evaluation_users import EvaluationUsers
from recsys.features.ease import ease_weights
from recsys.schema import LIKED_SHARE

# Of the lowest, the middle and the highest star, or of five stars.
TARGETS = ((1.0, 1.0, 1.0), (0.2, 0.6, 1.2), (0.0, 0.5, 1.3), (0.0, 0.2, 1.2), (0.0, 0.1, 0.5, 1.0, 1.3))
RIDGES = (10.0, 30.0, 100.0, 300.0, 600.0)
DROPOUTS = (0.1, 0.2, 0.4, 0.6, 0.75, 0.85)
INNER_FRACTION, INNER_SALT, LIST_LENGTH = 0.2, 44, 10


@dataclass(frozen=True)
class Constants:
    """What is chosen: the target of a rating, interpolated between some stars, the ridge, and the dropout."""

    targets: tuple[float, ...]
    ridge: float
    dropout: float


def edlae(
    interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int, least_relevant: float
) -> np.ndarray:
    """Scores with the constants that rank the inner split best, float (users, movies).

    Ratings of at least `least_relevant` of the top star are relevant there.
    """
    constants = best_constants(interactions, catalogue, stars, seed, least_relevant)
    print(constants, file=sys.stderr)
    return scores(interactions, catalogue, stars, constants)


def edlae_liked(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """Chosen for liked ratings."""
    return edlae(interactions, catalogue, stars, seed, LIKED_SHARE)


def edlae_any(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """Chosen for ratings of any star."""
    return edlae(interactions, catalogue, stars, seed, 0.0)


def scores(
    interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], constants: Constants
) -> np.ndarray:
    """The scores of all movies for all users, float (users, movies)."""
    places = np.interp(interactions.stars, stars, np.linspace(0, 1, len(stars)))
    targets = np.interp(places, np.linspace(0, 1, len(constants.targets)), constants.targets)
    matrix = np.zeros((len(interactions), len(catalogue)), np.float32)
    matrix[interactions.user_index, interactions.movies] = targets
    gram = (matrix.T @ matrix).astype(np.float64)
    gram += constants.dropout / (1 - constants.dropout) * np.diag(np.diag(gram))
    return matrix @ ease_weights(gram, constants.ridge)


def best_constants(
    interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int, least_relevant: float
) -> Constants:
    """The constants with the highest NDCG@10 on a fifth of the train ratings, drawn by ids."""
    user_ids, movie_ids = interactions.user_ids[interactions.user_index], catalogue.movie_ids[interactions.movies]
    inner_test = uniform(user_ids, movie_ids, seed, INNER_SALT) < INNER_FRACTION
    inner_train, held_out = interactions.keep(~inner_test), interactions.keep(inner_test)
    relevant = held_out.keep(held_out.stars >= least_relevant * stars[-1])
    users = EvaluationUsers.of(inner_train, catalogue, relevant.user_ids[relevant.user_index], relevant.movies)
    seen = users.interactions
    rows = inner_train.rows(seen.user_ids)

    def ndcg(constants: Constants) -> float:
        candidates = scores(inner_train, catalogue, stars, constants)[rows]
        candidates[seen.user_index, seen.movies] = -np.inf
        lists = np.argsort(-candidates, axis=1, kind="stable")[:, :LIST_LENGTH]
        return float(np.nanmean(users.scores(lists)["ndcg"]))

    return max((Constants(*values) for values in product(TARGETS, RIDGES, DROPOUTS)), key=ndcg)
