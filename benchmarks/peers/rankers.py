"""The rankers of the comparison: from the train ratings to a score of every movie for every user.

A ranker is a function `(interactions, catalogue, stars, seed) -> scores`, float (users, movies), in the rows of
`interactions`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from benchmarks.peers.edlae import edlae_any, edlae_liked
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.ease import ease_weights
from recsys.schema import LIKED_SHARE

Ranker = Callable[[Interactions, Catalogue, tuple[float, ...], int], np.ndarray]


@dataclass(frozen=True)
class Entry:
    """A ranker with its name, its label in tables, and the package that it needs."""

    name: str
    label: str
    rank: Ranker
    package: str = ""


def popularity(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """The number of ratings of each movie, the same for every user."""
    return np.tile(np.bincount(interactions.movies, minlength=len(catalogue)).astype(float), (len(interactions), 1))


def ease_all(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """EASE (Steck 2019) on every rating, lambda 400, the best here of 100 to 1,000."""
    matrix = rated(interactions, catalogue).toarray()
    return matrix @ ease_weights(matrix.T @ matrix, 400.0)


def ease_liked(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """EASE on liked ratings, lambda 300."""
    matrix = liked(interactions, catalogue, stars).toarray()
    return matrix @ ease_weights(matrix.T @ matrix, 300.0)


def als(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's ALS as in its tutorial: 64 factors, regularisation .05, alpha 2, on BM25 weights."""
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import bm25_weight

    rows = sparse.csr_matrix(bm25_weight(rated(interactions, catalogue), K1=100, B=0.8))
    return _factors(AlternatingLeastSquares(factors=64, regularization=0.05, alpha=2.0, random_state=seed), rows)


def als_liked(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's ALS on liked ratings with 32 factors, the best of its sizes here."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=32, regularization=0.05, alpha=2.0, random_state=seed)
    return _factors(model, liked(interactions, catalogue, stars))


def bm25(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's BM25 item neighbours with its default K1 and B, and 100 neighbours."""
    from implicit.nearest_neighbours import BM25Recommender

    return _neighbours(BM25Recommender(K=100), liked(interactions, catalogue, stars))


def cosine(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's cosine item neighbours, 100 of them."""
    from implicit.nearest_neighbours import CosineRecommender

    return _neighbours(CosineRecommender(K=100), liked(interactions, catalogue, stars))


def lenskit_knn(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """LensKit's item neighbours for implicit feedback on liked ratings, 20 of them as in its documentation."""
    from lenskit.knn import ItemKNNScorer  # pyright: ignore[reportMissingImports] # in benchmarks/requirements.txt

    scorer, matrix_shape = ItemKNNScorer(max_nbrs=20, feedback="implicit"), (len(interactions), len(catalogue))
    return _lenskit(scorer, liked(interactions, catalogue, stars), matrix_shape)


def lenskit_als(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """LensKit's implicit matrix factorisation on liked ratings: its defaults, 50 factors."""
    from lenskit.als import ImplicitMFScorer  # pyright: ignore[reportMissingImports] # in benchmarks/requirements.txt

    scorer, matrix_shape = ImplicitMFScorer(embedding_size=50), (len(interactions), len(catalogue))
    return _lenskit(scorer, liked(interactions, catalogue, stars), matrix_shape)


def rated(interactions: Interactions, catalogue: Catalogue) -> sparse.csr_matrix:
    """1 where a user rated a movie, float32 (users, movies)."""
    values = np.ones(len(interactions.movies), np.float32)
    return sparse.csr_matrix((values, interactions.movies, interactions.start), (len(interactions), len(catalogue)))


def liked(interactions: Interactions, catalogue: Catalogue, stars: tuple[float, ...]) -> sparse.csr_matrix:
    """1 where a user liked a movie, float32 (users, movies)."""
    return rated(interactions.keep(interactions.stars >= LIKED_SHARE * stars[-1]), catalogue)


def installed(entry: Entry) -> bool:
    """Whether the entry's package can be imported."""
    try:
        return not entry.package or bool(import_module(entry.package))
    except ImportError:
        return False


def _factors(model: Any, rows: sparse.csr_matrix) -> np.ndarray:
    model.fit(rows, show_progress=False)
    return np.asarray(model.user_factors) @ np.asarray(model.item_factors).T


def _neighbours(model: Any, rows: sparse.csr_matrix) -> np.ndarray:
    model.fit(rows, show_progress=False)
    return (rows @ model.similarity.tocsr()).toarray()


def _lenskit(scorer: Any, rows: sparse.csr_matrix, matrix_shape: tuple[int, int]) -> np.ndarray:
    """Scores of a LensKit scorer; -inf where it gives none."""
    from lenskit.data import ItemList, RecQuery, from_interactions_df  # pyright: ignore[reportMissingImports]

    users, movies = rows.nonzero()
    data = from_interactions_df(pd.DataFrame({"user_id": users, "item_id": movies}))
    scorer.train(data)
    user_count, movie_count = matrix_shape
    catalogue, scores = ItemList(item_ids=np.arange(movie_count)), np.full((user_count, movie_count), -np.inf)
    for user in np.unique(users):
        scored = scorer(RecQuery(user_id=user, user_items=data.user_row(user)), catalogue)
        scores[user] = np.nan_to_num(scored.scores(), nan=-np.inf)
    return scores


PEERS = (
    Entry("popularity", "popularity", popularity),
    Entry("cosine", "implicit, cosine neighbours", cosine, "implicit"),
    Entry("bm25", "implicit, BM25 neighbours", bm25, "implicit"),
    Entry("als", "implicit, ALS on BM25 weights", als, "implicit"),
    Entry("als_liked", "implicit, ALS on liked", als_liked, "implicit"),
    Entry("lenskit_knn", "LensKit, item neighbours", lenskit_knn, "lenskit"),
    Entry("lenskit_als", "LensKit, implicit factors", lenskit_als, "lenskit"),
    Entry("ease_all", "EASE on all ratings", ease_all),
    Entry("ease_liked", "EASE on liked ratings", ease_liked),
    Entry("edlae_any", "EDLAE, graded, for any rating", edlae_any),
    Entry("edlae_liked", "EDLAE, graded, for liked", edlae_liked),
)
