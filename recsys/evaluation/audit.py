"""Leakage audit: could the model have seen the ratings that it is measured on? Five checks run with every training.

Two checks examine the training itself. The other three learn again from a small sample of users and movies after
ratings that must not matter were changed, and compare the features byte by byte.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from recsys.core.keyed_random import Stream, draw
from recsys.data import Dataset
from recsys.evaluation import AUDIT_COLUMNS
from recsys.features.extractor import Context
from recsys.models.cross_fitting import FoldAssignment
from recsys.models.star_model import StarModel
from recsys.models.training_set import MakeTrainingSet, TrainingSet
from recsys.schema import MOVIE, RATING, TIME, USER

USERS, MOVIES = 60, 100  # largest size of the sample that learning is repeated on
TITLES = {
    "sides": "No rating is in both train and test",
    "held_out": "Held-out ratings and their times do not change any feature",
    "own": "A row's own rating does not change its features",
    "rounds": "The trees never see the test rows",
    "tables": "PCA, scaler and tables are fitted on the train part only",
}


@dataclass(frozen=True)
class AuditInput:
    """A training to audit.

    Attributes
    ----------
    dataset : Dataset
        All ratings, of the train part and held out.
    train : ndarray of bool, shape (ratings,)
        Which ratings are in the train part.
    training_set : TrainingSet
        What was learned from the train part.
    model : StarModel
        The star model fitted on it.
    context : Context
        The context that the features were learned with.
    make_training_set : MakeTrainingSet
        The function that made `training_set`, to repeat it on changed data.
    """

    dataset: Dataset
    train: np.ndarray
    training_set: TrainingSet
    model: StarModel
    context: Context
    make_training_set: MakeTrainingSet

    def training_set_after(self, change: np.ndarray, drop: np.ndarray | None = None) -> TrainingSet:
        """Learn again after some ratings were changed to other stars and times, and some dropped (bool per rating)."""
        ratings, keep = self.dataset.ratings.copy(), np.ones(len(change), bool) if drop is None else ~drop
        stars = np.asarray(self.context.stars)
        star_index = np.searchsorted(stars, ratings.loc[change, RATING]) + max(1, len(stars) // 2)
        ratings.loc[change, RATING] = stars[star_index % len(stars)]
        if TIME in ratings:
            ratings.loc[change, TIME] += 1
        dataset = replace(self.dataset, ratings=ratings[keep].reset_index(drop=True))
        return self.make_training_set(dataset, self.train[keep], self.context)


def audit(audit_input: AuditInput) -> pd.DataFrame:
    """Run the five checks.

    Returns
    -------
    DataFrame
        One row per check of `TITLES`, with the columns `AUDIT_COLUMNS`: check, passed, found (violations), of (cases
        examined), measured (the result in words).
    """
    sample = _sample(audit_input)
    training_set, held_out = sample.training_set, ~sample.train
    disturbed = sample.training_set_after(held_out, drop=held_out & (np.cumsum(held_out) % 2 == 0))
    folds = FoldAssignment.of(training_set.interactions, training_set.catalogue, sample.context.config)
    checks = [
        _check_disjoint(audit_input),
        _check_held_out(sample, disturbed),
        _check_own_rating(sample, folds),
        _check_rounds(audit_input),
        _check_tables(training_set, disturbed),
    ]
    return pd.DataFrame(checks, columns=list(AUDIT_COLUMNS))


def failures(table: pd.DataFrame) -> list[str]:
    """One sentence per failed check; empty for a model without an audit."""
    failed = table[~table["passed"].astype(bool)]
    return [
        f"{TITLES[check]}: failed. {result}" for check, result in zip(failed["check"], failed["measured"], strict=True)
    ]


def _report_row(check: str, violations: int, cases: int, measured: str, passed: bool = True) -> tuple:
    return check, bool(passed and not violations and cases), int(violations), int(cases), measured


def _check_disjoint(audit_input: AuditInput) -> tuple:
    held_out = _pairs(audit_input.dataset.ratings[~audit_input.train])
    overlap = int(held_out.isin(audit_input.training_set.pairs()).sum())
    message = f"{overlap:,} of {len(held_out):,} held-out ratings were in the training data."
    return _report_row("sides", overlap, len(held_out), message)


def _check_held_out(sample: AuditInput, disturbed: TrainingSet) -> tuple:
    """Compare the features of training rows, held-out ratings and ranking examples before and after the change."""
    held_out = sample.dataset.ratings[~sample.train]
    later = held_out.assign(**{TIME: held_out[TIME] + 1}) if TIME in held_out else held_out
    before, after = (
        (
            training_set.rows.aligned(np.ones(len(training_set.rows.index), bool)),
            training_set.features_of(pairs),
            training_set.rows.ranking_examples.matrix,
            training_set.rows.ranking_examples.label[:, None],
        )
        for training_set, pairs in ((sample.training_set, held_out), (disturbed, later))
    )
    changed = np.concatenate([_changed_rows(*matrices) for matrices in zip(before, after, strict=True)])
    message = f"{changed.sum():,} of {len(changed):,} feature rows changed with the held-out ratings."
    return _report_row("held_out", changed.sum(), len(changed), message)


def _check_own_rating(sample: AuditInput, folds: FoldAssignment) -> tuple:
    """Change the ratings of one fold at once: their rows must stay the same, some other rows must not."""
    rows, violations, cases, reached = sample.training_set.rows, 0, 0, 0
    newcomer_rows = np.arange(len(rows.index)) >= len(sample.training_set.interactions.stars)
    warm_fold, cold_fold = folds.fold == 0, (folds.user_fold == 0) & (folds.pass_number == 0)
    for fold, row_kind in ((warm_fold, ~newcomer_rows), (cold_fold, newcomer_rows)):
        fold_ratings = _pairs(sample.dataset.ratings).isin(sample.training_set.pairs()[fold])
        changed = _changed_rows(rows.matrix, sample.training_set_after(fold_ratings).rows.matrix)
        fold_rows = row_kind & fold[rows.index]
        violations, cases = violations + changed[fold_rows].sum(), cases + fold_rows.sum()
        reached += changed[~fold_rows].sum()
    message = f"{violations:,} of {cases:,} rows changed with their own rating; {reached:,} other rows changed."
    return _report_row("own", violations, cases, message, reached > 0)


def _check_rounds(audit_input: AuditInput) -> tuple:
    seen = audit_input.training_set.pairs()[audit_input.training_set.rows.index]
    overlap = int(seen.isin(_pairs(audit_input.dataset.ratings[~audit_input.train])).sum())
    configured, boosted = audit_input.context.config.boosting.trees, audit_input.model.booster.num_boosted_rounds()
    message = (
        f"{boosted} of {configured} rounds trained; {overlap:,} of {len(seen):,} training rows of the trees are test "
        "rows."
    )
    return _report_row("rounds", overlap, len(seen), message, configured == boosted)


def _check_tables(training_set: TrainingSet, disturbed: TrainingSet) -> tuple:
    before, after = training_set.rows.features.arrays(), disturbed.rows.features.arrays()
    changed = sum(table.tobytes() != after[name].tobytes() for name, table in before.items())
    message = f"{changed} of {len(before)} tables changed with the held-out ratings."
    return _report_row("tables", changed, len(before), message)


def _sample(audit_input: AuditInput) -> AuditInput:
    """Some users of the train part and of the test part with the movies that they rated most; learned again."""
    ratings, seed = audit_input.dataset.ratings, audit_input.context.config.seed
    users = np.concatenate(
        [_sample_users(ratings.loc[part, USER], seed) for part in (audit_input.train, ~audit_input.train)]
    )
    by_users = ratings[USER].isin(users).to_numpy()
    counts = ratings.loc[by_users, MOVIE].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    most_rated = counts.index[:MOVIES]
    in_sample = by_users & ratings[MOVIE].isin(most_rated).to_numpy()
    movies = audit_input.dataset.movies
    dataset = replace(
        audit_input.dataset,
        ratings=ratings[in_sample].reset_index(drop=True),
        movies=movies[movies[MOVIE].isin(most_rated)].reset_index(drop=True),
    )
    train = audit_input.train[in_sample]
    training_set = audit_input.make_training_set(dataset, train, audit_input.context)
    return replace(audit_input, dataset=dataset, train=train, training_set=training_set)


def _sample_users(users: pd.Series, seed: int) -> np.ndarray:
    """At most half of `USERS` of these user ids."""
    ids = np.unique(users.to_numpy())
    return ids[np.argsort(draw(Stream.AUDIT_USERS, ids, seed=seed), kind="stable")[: USERS // 2]]


def _pairs(ratings: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(ratings[[USER, MOVIE]])


def _changed_rows(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Whether any byte of a row differs, bool (rows,); all rows differ if the shapes do."""
    if before.shape != after.shape:
        return np.ones(len(before), bool)
    return (np.ascontiguousarray(before).view(np.uint32) != np.ascontiguousarray(after).view(np.uint32)).any(1)
