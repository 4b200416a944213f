"""Everybody who makes lists: from the train ratings to a score of every movie for every user.

A ranker is a function `(known, catalogue, stars, seed) -> scores`, float (users, movies), in the rows of `known`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd
from scipy import sparse

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.ease import ease
from recsys.schema import LIKED_SHARE

Ranker = Callable[[Interactions, Catalogue, tuple[float, ...], int], np.ndarray]
ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class Entry:
    """A ranker by name, what it is called in a table, and the package that it needs."""

    name: str
    label: str
    rank: Ranker
    package: str = ""


def popularity(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """How often each movie was rated, for everybody."""
    return np.tile(np.bincount(known.movies, minlength=len(catalogue)).astype(float), (len(known), 1))


def ease_all(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """EASE (Steck 2019) on every rating, lambda 400: the best of 100 to 1,000 in the notes of this project."""
    matrix = rated(known, catalogue).toarray()
    return matrix @ ease(matrix.T @ matrix, 400.0)


def ease_liked(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """EASE on liked ratings, lambda 300."""
    matrix = liked(known, catalogue, stars).toarray()
    return matrix @ ease(matrix.T @ matrix, 300.0)


def als(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's ALS as in its tutorial: 64 factors, regularisation .05, alpha 2, on BM25 weights."""
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import bm25_weight

    rows = bm25_weight(rated(known, catalogue), K1=100, B=0.8).tocsr()
    return _factors(AlternatingLeastSquares(factors=64, regularization=0.05, alpha=2.0, random_state=seed), rows)


def als_liked(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's ALS on liked ratings with 32 factors, the best of its sizes here."""
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(factors=32, regularization=0.05, alpha=2.0, random_state=seed)
    return _factors(model, liked(known, catalogue, stars))


def bm25(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's BM25 item neighbours with its own K1 and B, and 100 neighbours."""
    from implicit.nearest_neighbours import BM25Recommender

    return _neighbours(BM25Recommender(K=100), liked(known, catalogue, stars))


def cosine(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """implicit's cosine item neighbours, 100 of them."""
    from implicit.nearest_neighbours import CosineRecommender

    return _neighbours(CosineRecommender(K=100), liked(known, catalogue, stars))


def lenskit_knn(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """LensKit's item neighbours for implicit feedback on liked ratings, 20 of them as its documentation has it."""
    from lenskit.knn import ItemKNNScorer

    return _lenskit(ItemKNNScorer(max_nbrs=20, feedback="implicit"), liked(known, catalogue, stars))


def lenskit_als(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...], seed: int) -> np.ndarray:
    """LensKit's implicit matrix factorisation on liked ratings: its defaults, 50 factors."""
    from lenskit.als import ImplicitMFScorer

    return _lenskit(ImplicitMFScorer(embedding_size=50), liked(known, catalogue, stars))


def rated(known: Interactions, catalogue: Catalogue) -> sparse.csr_matrix:
    """1 where a user rated a movie, float32 (users, movies)."""
    values = np.ones(len(known.movies), np.float32)
    return sparse.csr_matrix((values, known.movies, known.start), (len(known), len(catalogue)))


def liked(known: Interactions, catalogue: Catalogue, stars: tuple[float, ...]) -> sparse.csr_matrix:
    """1 where a user liked a movie, float32 (users, movies)."""
    return rated(known.keep(known.stars >= LIKED_SHARE * stars[-1]), catalogue)


def installed(entry: Entry) -> bool:
    """Whether its package can be imported."""
    try:
        return not entry.package or bool(import_module(entry.package))
    except ImportError:
        return False


def _factors(model, rows: sparse.csr_matrix) -> np.ndarray:
    model.fit(rows, show_progress=False)
    return np.asarray(model.user_factors) @ np.asarray(model.item_factors).T


def _neighbours(model, rows: sparse.csr_matrix) -> np.ndarray:
    model.fit(rows, show_progress=False)
    return (rows @ model.similarity.tocsr()).toarray()


def _lenskit(scorer, rows: sparse.csr_matrix) -> np.ndarray:
    """Its scores, those that it gives to nothing lowest."""
    from lenskit.data import ItemList, RecQuery, from_interactions_df

    users, movies = rows.nonzero()
    data = from_interactions_df(pd.DataFrame({"user_id": users, "item_id": movies}))
    scorer.train(data)
    everything, found = ItemList(item_ids=np.arange(rows.shape[1])), np.full(rows.shape, -np.inf)
    for user in np.unique(users):
        said = scorer(RecQuery(user_id=user, user_items=data.user_row(user)), everything)
        found[user] = np.nan_to_num(said.scores(), nan=-np.inf)
    return found


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
)
