"""Ways to spoil a model: in what it learns from, or in what it says. The gate has to see each of them.

The held-out ratings stay true, and the data keeps its name and fingerprint: nothing but the harm gives it away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.data.splits import Split, stratified
from recsys.schema import MOVIE, RATING, USER, probability_columns
from recsys.serving.recommender import Recommender
from recsys.training.pipeline import dataset_summary, fit_and_report

Spoiled = tuple[Dataset, Split]
Words = Callable[[np.ndarray, np.ndarray], np.ndarray]  # probabilities and true classes -> other probabilities


def trained(
    dataset: Dataset, config: TrainingConfig, spoil: Callable[..., Spoiled] | None = None, split: Split | None = None
) -> Recommender:
    """A challenger with its report, as a training makes it; `spoil` changes what it learns from."""
    split = split or stratified(dataset.ratings, config.test_fraction, config.seed)
    given = (dataset, split) if spoil is None else spoil(dataset, split, np.random.default_rng(config.seed))
    fitted, report = fit_and_report(given[0], config, given[1])
    return replace(fitted, manifest={"data": dataset_summary(dataset)}, report=report)


def saying(challenger: Recommender, words: Words) -> Recommender:
    """The same model, had it said something else of the held-out ratings."""
    report = challenger.report
    names = probability_columns(report.stars)
    truth = np.searchsorted(report.stars, report.held_out[RATING])
    found = words(report.held_out[names].to_numpy(), truth)
    said = dict(zip(names, found.T, strict=True))
    return replace(challenger, report=replace(report, held_out=report.held_out.assign(**said)))


def shuffled_labels(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """Every rating of the train side goes to another row."""
    return _rated(dataset, split, random.permutation)


def shuffled_third(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """A third of the ratings of the train side change places."""

    def some(stars: np.ndarray) -> np.ndarray:
        chosen = random.random(len(stars)) < 1 / 3
        stars = stars.copy()
        stars[chosen] = random.permutation(stars[chosen])
        return stars

    return _rated(dataset, split, some)


def inverted_scale(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """The best becomes the worst."""
    return _rated(dataset, split, lambda stars: dataset.stars[0] + dataset.stars[-1] - stars)


def half_the_data(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """Half of the train side is lost."""
    return _kept(dataset, split, random.random(len(split.test)) < 0.5)


def a_tenth_of_the_data(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """Nine tenths of the train side are lost."""
    return _kept(dataset, split, random.random(len(split.test)) < 0.1)


def few_users(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """The train side of four in five users is lost: they are newcomers now."""
    return _kept(dataset, split, (dataset.ratings[USER] % 5 == 0).to_numpy())


def loved_only(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """Of three in four users the ratings below the middle of the scale are lost."""
    spared = dataset.ratings[USER] % 4 == 0
    return _kept(dataset, split, (spared | (dataset.ratings[RATING] >= np.median(dataset.stars))).to_numpy())


def swapped_movies(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """The movies of the train side are called by each other's ids."""
    return _renamed(dataset, split, MOVIE, random)


def swapped_users(dataset: Dataset, split: Split, random: np.random.Generator) -> Spoiled:
    """The users of the train side are called by each other's ids."""
    return _renamed(dataset, split, USER, random)


def one_group(challenger: Recommender) -> Recommender:
    """It knows nothing of one gender's taste; of the others it says what it did."""
    people = challenger.interactions
    gender = people.gender[people.rows(challenger.report.held_out[USER].to_numpy())]
    rare = min({*gender} - {""}, key=lambda name: (gender == name).sum())
    return saying(challenger, lambda found, truth: np.where((gender == rare)[:, None], found.mean(0), found))


def _one_row(value: float) -> Words:
    def say(found: np.ndarray, truth: np.ndarray) -> np.ndarray:
        found = found.copy()
        found[len(found) // 2] = value
        return found

    return say


RETRAINED: Mapping[str, Callable[..., Spoiled]] = {
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
SAID: Mapping[str, Words] = {
    "constant": lambda found, truth: np.tile(found.mean(0), (len(found), 1)),
    "nearly constant": lambda found, truth: 0.97 * found.mean(0) + 0.03 * found,
    "uniform": lambda found, truth: np.full_like(found, 1 / found.shape[1]),
    "reversed stars": lambda found, truth: found[:, ::-1],
    "stars off by one": lambda found, truth: np.roll(found, 1, axis=1),
    "rows swapped": lambda found, truth: found[::-1],
    "overconfident": lambda found, truth: found**2 / (found**2).sum(1, keepdims=True),
    "underconfident": lambda found, truth: found**0.5 / (found**0.5).sum(1, keepdims=True),
    "always sure": lambda found, truth: np.eye(found.shape[1])[found.argmax(1)],
    "one NaN": _one_row(np.nan),
    "one infinity": _one_row(np.inf),
    "NaN everywhere": lambda found, truth: np.full_like(found, np.nan),
    "negative": lambda found, truth: np.c_[found[:, :1] - 1, found[:, 1:-1], found[:, -1:] + 1],
    "twice as probable": lambda found, truth: 2 * found,
}


def _rated(dataset: Dataset, split: Split, change: Callable[[np.ndarray], np.ndarray]) -> Spoiled:
    ratings = dataset.ratings.copy()
    ratings.loc[split.train, RATING] = change(ratings.loc[split.train, RATING].to_numpy())
    return replace(dataset, ratings=ratings), split


def _kept(dataset: Dataset, split: Split, kept: np.ndarray) -> Spoiled:
    """The held-out ratings and the marked ones."""
    kept = kept | split.test
    ratings = dataset.ratings[kept].reset_index(drop=True)
    return replace(dataset, ratings=ratings), replace(split, test=split.test[kept])


def _renamed(dataset: Dataset, split: Split, column: str, random: np.random.Generator) -> Spoiled:
    """Ids of the train side in another order; a pair that then is there twice, or held out, is dropped."""
    ratings = dataset.ratings.copy()
    ids = np.unique(ratings[column])
    other = dict(zip(ids.tolist(), random.permutation(ids).tolist(), strict=True))
    ratings.loc[split.train, column] = ratings.loc[split.train, column].map(other)
    order = np.argsort(~split.test, kind="stable")  # the true held-out rows first: they stay
    first = ~ratings.iloc[order].duplicated([USER, MOVIE]).to_numpy()
    ratings = ratings.iloc[order[first]].assign(held_out=split.test[order[first]])
    ratings = ratings.sort_values([USER, MOVIE], kind="stable").reset_index(drop=True)
    test = ratings.pop("held_out").to_numpy()
    return replace(dataset, ratings=ratings), replace(split, test=test)
