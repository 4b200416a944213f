"""Could the model have seen what it is measured on? Five checks that run with every training.

Two look at the training itself. The other three let it learn again from a few people and movies, after ratings that it
must not know of were changed, and compare the features byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.evaluation import AUDIT_COLUMNS
from recsys.features.extractor import Context
from recsys.models.cross_fitting import FoldAssignment
from recsys.models.star_model import StarModel
from recsys.models.training_set import MakeTrainingSet, TrainingSet
from recsys.schema import MOVIE, RATING, USER

PEOPLE, MOVIES = 60, 100  # that learning is repeated on, at most
DRAWN = 16  # salt of the draw that says who
TITLES = {
    "sides": "No rating is on both sides",
    "held_out": "Held-out ratings change no feature",
    "own": "A row's own rating is not in its features",
    "rounds": "The trees never see the test rows",
    "tables": "PCA, scaler and tables are fitted on the train part alone",
}


@dataclass(frozen=True)
class Trained:
    """What is audited: the data and its train side, what was learned of it and the trees, and how it is learned."""

    dataset: Dataset
    train: np.ndarray  # bool per rating
    training_set: TrainingSet
    model: StarModel
    context: Context
    make_training_set: MakeTrainingSet

    def training_set_after(self, change: np.ndarray, drop: np.ndarray | None = None) -> TrainingSet:
        """What is learned when the marked ratings become others, and some are taken away (bool per rating)."""
        ratings, kept = self.dataset.ratings.copy(), np.ones(len(change), bool) if drop is None else ~drop
        stars = np.asarray(self.context.stars)
        places = np.searchsorted(stars, ratings.loc[change, RATING]) + max(1, len(stars) // 2)
        ratings.loc[change, RATING] = stars[places % len(stars)]
        dataset = replace(self.dataset, ratings=ratings[kept].reset_index(drop=True))
        return self.make_training_set(dataset, self.train[kept], self.context)


def audit(trained: Trained) -> pd.DataFrame:
    """One row a check, columns `AUDIT_COLUMNS`: found of how many break the rule, and what was measured in words."""
    small = _sample(trained)
    base, held_out = small.training_set, ~small.train
    disturbed = small.training_set_after(held_out, drop=held_out & (np.cumsum(held_out) % 2 == 0))
    found = [
        _sides(trained),
        _held_out(small, disturbed),
        _own(small, FoldAssignment.of(base.interactions, base.catalogue, small.context.config)),
        _rounds(trained),
        _tables(base, disturbed),
    ]
    return pd.DataFrame(found, columns=list(AUDIT_COLUMNS))


def failures(table: pd.DataFrame) -> list[str]:
    """A sentence for each check that failed; none for a model that was not audited."""
    failed = table[~table["passed"].astype(bool)]
    return [f"{TITLES[name]}: no. {told}" for name, told in zip(failed["check"], failed["measured"], strict=True)]


def _row(check: str, found: int, of: int, measured: str, passed: bool = True) -> tuple:
    return check, bool(passed and not found and of), int(found), int(of), measured


def _sides(trained: Trained) -> tuple:
    held_out = _pairs(trained.dataset.ratings[~trained.train])
    both = int(held_out.isin(trained.training_set.pairs()).sum())
    return _row("sides", both, len(held_out), f"{both:,} of {len(held_out):,} held-out ratings were learned from.")


def _held_out(small: Trained, disturbed: TrainingSet) -> tuple:
    """Rows of features of ratings learned from, of held-out ratings, and of the contests that a ranker learns from."""
    asked = small.dataset.ratings[~small.train]
    sides = [
        (
            side.rows.matrix,
            side.features_of(asked),
            side.rows.ranking_examples.matrix,
            side.rows.ranking_examples.label[:, None],
        )
        for side in (small.training_set, disturbed)
    ]
    changed = np.concatenate([_changed(one, other) for one, other in zip(*sides, strict=True)])
    told = f"{changed.sum():,} of {len(changed):,} rows of features changed when held-out ratings did."
    return _row("held_out", changed.sum(), len(changed), told)


def _own(small: Trained, parts: FoldAssignment) -> tuple:
    """Ratings that are made without each other are changed all at once: their rows must stay, some others must not."""
    rows, found, of, reached = small.training_set.rows, 0, 0, 0
    copies = np.arange(len(rows.index)) >= len(small.training_set.interactions.stars)
    for chosen, shown in ((parts.fold == 0, ~copies), ((parts.user_fold == 0) & (parts.turn == 0), copies)):
        mine = _pairs(small.dataset.ratings).isin(small.training_set.pairs()[chosen])
        changed = _changed(rows.matrix, small.training_set_after(mine).rows.matrix)
        own = shown & chosen[rows.index]
        found, of, reached = found + changed[own].sum(), of + own.sum(), reached + changed[~own].sum()
    told = f"{found:,} of {of:,} rows changed when their own ratings did; {reached:,} other rows changed."
    return _row("own", found, of, told, reached > 0)


def _rounds(trained: Trained) -> tuple:
    seen = trained.training_set.pairs()[trained.training_set.rows.index]
    both = int(seen.isin(_pairs(trained.dataset.ratings[~trained.train])).sum())
    asked, grown = trained.context.config.boosting.trees, trained.model.booster.num_boosted_rounds()
    told = f"{grown} of {asked} rounds grown; {both:,} of {len(seen):,} rows that the trees could see are test rows."
    return _row("rounds", both, len(seen), told, asked == grown)


def _tables(base: TrainingSet, disturbed: TrainingSet) -> tuple:
    one, other = base.rows.features.arrays(), disturbed.rows.features.arrays()
    changed = sum(table.tobytes() != other[name].tobytes() for name, table in one.items())
    told = f"{changed} of {len(one)} tables changed when held-out ratings did."
    return _row("tables", changed, len(one), told)


def _sample(trained: Trained) -> Trained:
    """A few people of either side with their ratings of the movies that they rated most; learned anew."""
    ratings, seed = trained.dataset.ratings, trained.context.config.seed
    people = np.concatenate([_drawn(ratings.loc[side, USER], seed) for side in (trained.train, ~trained.train)])
    theirs = ratings[USER].isin(people).to_numpy()
    often = ratings.loc[theirs, MOVIE].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    chosen = theirs & ratings[MOVIE].isin(often.index[:MOVIES]).to_numpy()
    movies = trained.dataset.movies
    small = replace(
        trained.dataset,
        ratings=ratings[chosen].reset_index(drop=True),
        movies=movies[movies[MOVIE].isin(often.index[:MOVIES])].reset_index(drop=True),
    )
    train = trained.train[chosen]
    return replace(
        trained, dataset=small, train=train, training_set=trained.make_training_set(small, train, trained.context)
    )


def _drawn(users: pd.Series, seed: int) -> np.ndarray:
    """Half of `PEOPLE`, of the users given."""
    ids = np.unique(users.to_numpy())
    return ids[np.argsort(uniform(ids, seed, DRAWN), kind="stable")[: PEOPLE // 2]]


def _pairs(ratings: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(ratings[[USER, MOVIE]])


def _changed(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether any byte of a row differs, bool (rows,); rows that only one side has differ."""
    if one.shape != other.shape:
        return np.ones(len(one), bool)
    return (np.ascontiguousarray(one).view(np.uint32) != np.ascontiguousarray(other).view(np.uint32)).any(1)
