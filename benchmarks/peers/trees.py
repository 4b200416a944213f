"""Boosted trees over plain features: the original recipe without its leak, and LightGBM.

Both see means that exclude the row they describe: in five folds, each fold's features are learned on the other
four. A share of the users of each fold is shown without a history, so that newcomers are met in training.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.peers import Answer, Fitted
from recsys.data import Dataset
from recsys.hashing import uniform
from recsys.schema import AGE, GENDER, GENRES, MOVIE, OCCUPATION, RATING, USER, YEAR

DAMPING = 5.0
PCA_VARIANCE = 0.9
FOLD_SALT, COLD_SALT = 21, 22
Sides = tuple[pd.DataFrame, pd.DataFrame]


def original(
    dataset: Dataset,
    seed: int,
    rounds: int,
    depth: int,
    learning_rate: float,
    subsample: float,
    column_share: float,
    min_child_weight: float,
    l2: float,
    folds: int,
    cold_share: float,
) -> Fitted:
    """Genres by PCA, year, damped means and counts, gender, age and occupation, in XGBoost over the stars."""
    import xgboost

    movies, users = _original_movies(dataset), _profiles(dataset)
    matrix = _crossfit(dataset.ratings, (movies, users), folds, cold_share, seed)
    stars = np.array(dataset.stars)
    rows = xgboost.QuantileDMatrix(matrix, np.searchsorted(stars, dataset.ratings[RATING]), max_bin=64)
    booster = xgboost.train(
        {
            "objective": "multi:softprob",
            "num_class": len(stars),
            "max_depth": depth,
            "learning_rate": learning_rate,
            "subsample": subsample,
            "colsample_bytree": column_share,
            "min_child_weight": min_child_weight,
            "lambda": l2,
            "max_bin": 64,
            "seed": seed,
        },
        rows,
        rounds,
    )
    return _fitted(dataset, (movies, users), booster.inplace_predict)


def lightgbm(
    dataset: Dataset,
    seed: int,
    rounds: int,
    learning_rate: float,
    num_leaves: int,
    min_child_samples: int,
    subsample: float,
    column_share: float,
    l2: float,
    folds: int,
    cold_share: float,
) -> Fitted:
    """Genre flags, year, damped means and counts, gender, age and occupation, in LightGBM over the stars."""
    from lightgbm import LGBMClassifier

    sides = _plain_movies(dataset), _profiles(dataset)
    matrix = _crossfit(dataset.ratings, sides, folds, cold_share, seed)
    model = LGBMClassifier(
        n_estimators=rounds,
        learning_rate=learning_rate,
        num_leaves=num_leaves,
        min_child_samples=min_child_samples,
        subsample=subsample,
        subsample_freq=1,
        colsample_bytree=column_share,
        reg_lambda=l2,
        random_state=seed,
        verbose=-1,
    )
    model.fit(matrix, dataset.ratings[RATING].astype(str))
    return _fitted(dataset, sides, model.predict_proba)


def _fitted(dataset: Dataset, sides: Sides, probabilities_of: Callable[[np.ndarray], np.ndarray]) -> Fitted:
    """The model over features learned on all train ratings."""
    means, stars = _Means(dataset.ratings), np.array(dataset.stars)

    def predict(pairs: pd.DataFrame) -> Answer:
        probabilities = np.asarray(probabilities_of(_matrix(pairs, means, sides)), np.float64)
        return probabilities @ stars, probabilities

    return predict


class _Means:
    """Damped means and counts by user and by movie of some ratings."""

    def __init__(self, ratings: pd.DataFrame) -> None:
        self.mean = ratings[RATING].mean()
        self.tables = {owner: self._table(ratings.groupby(owner)[RATING]) for owner in (USER, MOVIE)}

    def _table(self, groups: pd.core.groupby.SeriesGroupBy) -> pd.DataFrame:
        count = groups.size()
        return pd.DataFrame({"mean": (groups.sum() + DAMPING * self.mean) / (count + DAMPING), "count": count})

    def of(self, pairs: pd.DataFrame, unseen: np.ndarray | None = None) -> np.ndarray:
        """Mean and count of movie and user, float64 (pairs, 4); `unseen` users are shown as newcomers."""
        blank = {"mean": self.mean, "count": 0}
        user = self.tables[USER].reindex(pairs[USER]).fillna(blank).to_numpy()
        if unseen is not None:
            user[unseen] = self.mean, 0
        return np.hstack([self.tables[MOVIE].reindex(pairs[MOVIE]).fillna(blank).to_numpy(), user])


def _crossfit(ratings: pd.DataFrame, sides: Sides, folds: int, cold_share: float, seed: int) -> np.ndarray:
    users, movies = ratings[USER].to_numpy(), ratings[MOVIE].to_numpy()
    fold = (uniform(users, movies, seed, FOLD_SALT) * folds).astype(int)
    cold = uniform(users, fold, seed, COLD_SALT) < cold_share
    parts = []
    for number in range(folds):
        inside = fold == number
        parts.append(_matrix(ratings[inside], _Means(ratings[~inside]), sides, cold[inside]))
    return np.vstack(parts)[np.argsort(np.argsort(fold, kind="stable"), kind="stable")]


def _matrix(pairs: pd.DataFrame, means: _Means, sides: Sides, unseen: np.ndarray | None = None) -> np.ndarray:
    movies, users = sides
    about = [movies.reindex(pairs[MOVIE]).to_numpy(), users.reindex(pairs[USER]).to_numpy()]
    return np.hstack([means.of(pairs, unseen), *about]).astype(np.float32)


def _plain_movies(dataset: Dataset) -> pd.DataFrame:
    genres = dataset.movies[GENRES].str.get_dummies("|")
    return genres.assign(**{YEAR: dataset.movies[YEAR]}).set_index(dataset.movies[MOVIE]).astype(float)


def _original_movies(dataset: Dataset) -> pd.DataFrame:
    """Genres standardised and reduced by PCA over the rated movies, and the year."""
    from sklearn.decomposition import PCA
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    plain = _plain_movies(dataset)
    genres = plain.drop(columns=YEAR)
    reduce = make_pipeline(StandardScaler(), PCA(n_components=PCA_VARIANCE, svd_solver="full"))
    reduce.fit(genres.loc[dataset.ratings[MOVIE].unique()].to_numpy())
    return pd.DataFrame(reduce.transform(genres.to_numpy()), plain.index).assign(**{YEAR: plain[YEAR]})


def _profiles(dataset: Dataset) -> pd.DataFrame:
    if dataset.users is None:
        return pd.DataFrame(index=dataset.ratings[USER].unique())
    words = pd.get_dummies(dataset.users[[GENDER, OCCUPATION]])
    return words.assign(**{AGE: dataset.users[AGE]}).set_index(dataset.users[USER]).astype(float)
