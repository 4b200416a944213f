"""Degraded challengers: corrupted training data or distorted predictions. The promotion gate has to refuse each.

The held-out ratings stay true, and the data keeps its name and fingerprint, so only the quality gives a degraded model
away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.data.splits import Split, stratified
from recsys.evaluation import Report
from recsys.schema import MOVIE, RATING, USER, probability_columns
from recsys.serving.recommender import Recommender
from recsys.training.pipeline import dataset_summary, fit_and_report

TrainingData = tuple[Dataset, Split]
Corruption = Callable[[Dataset, Split, np.random.Generator], TrainingData]
Distortion = Callable[[np.ndarray], np.ndarray]  # of held-out probabilities, float64 (rows, stars)


def train_challenger(
    dataset: Dataset, config: TrainingConfig, corrupt: Corruption | None = None, split: Split | None = None
) -> Recommender:
    """A challenger with its report, as from a training job.

    Parameters
    ----------
    corrupt : changes the train part before the training.
    split : of the ratings; by default the stratified split of the configuration.
    """
    split = split or stratified(dataset.ratings, config.test_fraction, config.seed)
    train_data = dataset, split
    if corrupt is not None:
        train_data = corrupt(dataset, split, np.random.default_rng(config.seed))
    recommender, report = fit_and_report(train_data[0], config, train_data[1])
    return replace(recommender, manifest={"data": dataset_summary(dataset)}, report=report)


def with_distorted_predictions(challenger: Recommender, distort: Distortion) -> Recommender:
    """The same model with distorted held-out probabilities in its report."""
    report = report_of(challenger)
    names = probability_columns(report.stars)
    distorted = distort(report.held_out[names].to_numpy())
    columns = dict(zip(names, distorted.T, strict=True))
    return replace(challenger, report=replace(report, held_out=report.held_out.assign(**columns)))


def report_of(challenger: Recommender) -> Report:
    """The challenger's report. Raises ValueError if it has none."""
    if challenger.report is None:
        raise ValueError("The challenger has no report.")
    return challenger.report


def shuffled_labels(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """The ratings of the train part are permuted."""
    return _with_train_stars(dataset, split, random.permutation)


def shuffled_third(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """A third of the ratings of the train part are permuted."""

    def shuffle_third(stars: np.ndarray) -> np.ndarray:
        in_third = random.random(len(stars)) < 1 / 3
        stars = stars.copy()
        stars[in_third] = random.permutation(stars[in_third])
        return stars

    return _with_train_stars(dataset, split, shuffle_third)


def inverted_scale(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """The best star becomes the worst."""
    return _with_train_stars(dataset, split, lambda stars: dataset.stars[0] + dataset.stars[-1] - stars)


def half_the_data(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """Half of the train part is missing."""
    return _with_train_rows(dataset, split, random.random(len(split.test)) < 0.5)


def a_tenth_of_the_data(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """Nine tenths of the train part are missing."""
    return _with_train_rows(dataset, split, random.random(len(split.test)) < 0.1)


def few_users(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """The training ratings of four in five users are missing: these users become newcomers."""
    return _with_train_rows(dataset, split, (dataset.ratings[USER] % 5 == 0).to_numpy())


def loved_only(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """Of three in four users the ratings below the middle of the scale are missing."""
    unaffected = dataset.ratings[USER] % 4 == 0
    return _with_train_rows(
        dataset, split, (unaffected | (dataset.ratings[RATING] >= np.median(dataset.stars))).to_numpy()
    )


def swapped_movies(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """The movie ids of the train part are permuted."""
    return _with_permuted_ids(dataset, split, MOVIE, random)


def swapped_users(dataset: Dataset, split: Split, random: np.random.Generator) -> TrainingData:
    """The user ids of the train part are permuted."""
    return _with_permuted_ids(dataset, split, USER, random)


def constant_for_rarest_gender(challenger: Recommender) -> Recommender:
    """The mean prediction for every user of the rarest gender; the other predictions stay."""
    interactions = challenger.interactions
    gender = interactions.gender[interactions.rows(report_of(challenger).held_out[USER].to_numpy())]
    rarest = min({*gender} - {""}, key=lambda name: (gender == name).sum())

    def distort(probabilities: np.ndarray) -> np.ndarray:
        return np.where((gender == rarest)[:, None], probabilities.mean(0), probabilities)

    return with_distorted_predictions(challenger, distort)


def _one_row(value: float) -> Distortion:
    """Sets the probabilities of the middle row to a value."""

    def distort(probabilities: np.ndarray) -> np.ndarray:
        probabilities = probabilities.copy()
        probabilities[len(probabilities) // 2] = value
        return probabilities

    return distort


CORRUPTIONS: Mapping[str, Corruption] = {
    "shuffled labels": shuffled_labels,
    "a third of the labels shuffled": shuffled_third,
    "inverted scale": inverted_scale,
    "half the data": half_the_data,
    "a tenth of the data": a_tenth_of_the_data,
    "a fifth of the users": few_users,
    "only what was loved": loved_only,
    "swapped movie ids": swapped_movies,
    "swapped user ids": swapped_users,
}
DISTORTIONS: Mapping[str, Distortion] = {
    "constant": lambda p: np.tile(p.mean(0), (len(p), 1)),
    "nearly constant": lambda p: 0.97 * p.mean(0) + 0.03 * p,
    "uniform": lambda p: np.full_like(p, 1 / p.shape[1]),
    "reversed stars": lambda p: p[:, ::-1],
    "stars off by one": lambda p: np.roll(p, 1, axis=1),
    "rows swapped": lambda p: p[::-1],
    "overconfident": lambda p: p**2 / (p**2).sum(1, keepdims=True),
    "underconfident": lambda p: p**0.5 / (p**0.5).sum(1, keepdims=True),
    "always sure": lambda p: np.eye(p.shape[1])[p.argmax(1)],
    "one NaN": _one_row(np.nan),
    "one infinity": _one_row(np.inf),
    "NaN everywhere": lambda p: np.full_like(p, np.nan),
    "negative": lambda p: np.c_[p[:, :1] - 1, p[:, 1:-1], p[:, -1:] + 1],
    "twice as probable": lambda p: 2 * p,
}


def _with_train_stars(dataset: Dataset, split: Split, change: Callable[[np.ndarray], np.ndarray]) -> TrainingData:
    ratings = dataset.ratings.copy()
    ratings.loc[split.train, RATING] = change(ratings.loc[split.train, RATING].to_numpy())
    return replace(dataset, ratings=ratings), split


def _with_train_rows(dataset: Dataset, split: Split, mask: np.ndarray) -> TrainingData:
    """The held-out ratings and those of the mask."""
    mask = mask | split.test
    ratings = dataset.ratings[mask].reset_index(drop=True)
    return replace(dataset, ratings=ratings), replace(split, test=split.test[mask])


def _with_permuted_ids(dataset: Dataset, split: Split, column: str, random: np.random.Generator) -> TrainingData:
    """Train part with permuted ids; a pair that then is a duplicate, or held out, is dropped."""
    ratings = dataset.ratings.copy()
    ids = np.unique(ratings[column])
    new_id = dict(zip(ids.tolist(), random.permutation(ids).tolist(), strict=True))
    ratings.loc[split.train, column] = ratings.loc[split.train, column].map(new_id)
    order = np.argsort(~split.test, kind="stable")  # the true held-out rows first: they stay
    first = ~ratings.iloc[order].duplicated([USER, MOVIE]).to_numpy()
    ratings = ratings.iloc[order[first]].assign(held_out=split.test[order[first]])
    ratings = ratings.sort_values([USER, MOVIE], kind="stable").reset_index(drop=True)
    test = ratings.pop("held_out").to_numpy()
    return replace(dataset, ratings=ratings), replace(split, test=test)
