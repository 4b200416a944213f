"""A served model: its catalogue and users, their histories and profiles, its report, and predictions by id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import pandas as pd

from recsys.config import TrainingConfig
from recsys.data.interactions import Interactions
from recsys.errors import InputError
from recsys.evaluation import Report
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.schema import AGE, KNOWN, MOVIE, PROFILE_COLUMNS, RATING, USER
from recsys.serving.prediction_set import ConformalThresholds
from recsys.serving.scorer import Scorer
from recsys.serving.user_input import History, id_range, ids, known_positions, known_row, newcomer


@dataclass(frozen=True)
class ServedModel(Scorer):
    """A scorer with its training configuration, manifest and report, and look-ups and predictions by id.

    Attributes
    ----------
    config : TrainingConfig
        The training configuration.
    manifest : mapping of str to object
        The bundle's manifest; empty for a model outside the registry.
    report : Report or None
        The evaluation on held-out ratings; None for a model without one.
    """

    config: TrainingConfig
    manifest: Mapping[str, Any] = field(default_factory=dict)
    report: Report | None = None

    @property
    def context(self) -> Context:
        """The context that the feature extractors were learned with."""
        return Context(self.stars, self.config, self.features.vocabulary)

    @property
    def version(self) -> str:
        """The version in the registry, "" for a model outside it."""
        return str(self.manifest.get("version", ""))

    @property
    def user_ids(self) -> np.ndarray:
        """Ids of the users in the data, int64 (users,), ascending."""
        return self.interactions.user_ids

    @property
    def known_range(self) -> dict[str, tuple[int, int]]:
        """The lowest and highest id in the data, by "user_id" and "movie_id"."""
        return {USER: id_range(self.user_ids), MOVIE: id_range(self.catalogue.movie_ids)}

    @cached_property
    def thresholds(self) -> ConformalThresholds:
        """The thresholds of the prediction sets, from the report."""
        return ConformalThresholds.of(self.report)

    @cached_property
    def movies(self) -> pd.DataFrame:
        """The catalogue as a table.

        One row per movie by ascending id: movie_id, title, year (NaN if unknown), release_date ("" if unknown), genres
        ("Comedy|Drama"), display (the title to show), mean (of all ratings in stars, NaN without any), count (of them).
        """
        return self.catalogue.described(self.interactions.movies, self.interactions.stars)

    @cached_property
    def movies_by_id(self) -> pd.DataFrame:
        """`movies` with movie_id as its index."""
        return self.movies.set_index(MOVIE)

    def has_user(self, user_id: int) -> bool:
        """Whether the data has this user."""
        return bool(self.interactions.rows(np.array([user_id]))[0] >= 0)

    def has_movie(self, movie_id: int) -> bool:
        """Whether the catalogue has this movie."""
        return bool(self.catalogue.positions(np.array([movie_id]))[0] >= 0)

    def history(self, user_id: int) -> pd.DataFrame:
        """The ratings of a known user.

        Parameters
        ----------
        user_id : int
            A user of the data.

        Returns
        -------
        DataFrame
            movie_id (ascending) and rating (stars, float64).

        Raises
        ------
        InputError
            `user_id` is no id: True, 196.7, NaN, text.
        UnknownIdError
            The data does not have this user.
        """
        ratings = self.interactions.row_slice(known_row(self.interactions, user_id))
        movie_ids = self.catalogue.movie_ids[self.interactions.movies[ratings]]
        return pd.DataFrame({MOVIE: movie_ids, RATING: self.interactions.stars[ratings].astype(np.float64)})

    def profile(self, user_id: int) -> dict[str, Any]:
        """Gender, age and occupation of a known user.

        Parameters
        ----------
        user_id : int
            A user of the data.

        Returns
        -------
        dict
            gender (str), age (float, in years) and occupation (str); None where unknown.

        Raises
        ------
        InputError
            `user_id` is no id.
        UnknownIdError
            The data does not have this user.
        """
        row = known_row(self.interactions, user_id)
        values = {name: getattr(self.interactions, name)[row].item() for name in PROFILE_COLUMNS}
        return {name: value or None for name, value in (values | {AGE: np.nan_to_num(values[AGE])}).items()}

    def user_history(
        self,
        user_id: int | None = None,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> Interactions:
        """The single row of ratings of a known user or a newcomer.

        Parameters
        ----------
        user_id : int, optional
            A user of the data.
        history, profile : optional
            A newcomer's ratings and profile, as in `Recommender.predict`; only without `user_id`.

        Returns
        -------
        Interactions
            One row.

        Raises
        ------
        InputError
            Both a user and a newcomer are given, `user_id` is no id, or a value of the newcomer is not allowed.
        UnknownIdError
            The data does not have this user, or the catalogue a movie of the history.
        """
        if user_id is None:
            return newcomer(history, profile, self.catalogue, self.stars)
        if history is not None or profile is not None:
            raise InputError("Give a user_id, or a history with a profile, not both.")
        return self.interactions.take(np.array([known_row(self.interactions, user_id)]))

    def columns_for_users(self, user_ids: Iterable[int], movie_ids: Iterable[int]) -> dict[str, np.ndarray]:
        """Predict pairs as `Recommender.predict`, without a DataFrame, which takes as long as a single prediction.

        Parameters
        ----------
        user_ids, movie_ids : iterable of int
            The pairs; equally many of both.

        Returns
        -------
        dict of str to ndarray, shape (pairs,)
            The columns of `Recommender.predict`.

        Raises
        ------
        InputError
            An id is none.
        UnknownIdError
            A movie is not in the catalogue.
        """
        users, positions = ids(user_ids, USER), known_positions(self.catalogue, movie_ids)
        rows = self.interactions.rows(users)
        columns = self.score(self.interactions, rows, positions)
        known = (rows >= 0) & (self.interactions.counts[rows] > 0)
        return {USER: users, MOVIE: self.catalogue.movie_ids[positions], **columns, KNOWN: known}

    def columns_for_newcomer(
        self, movie_ids: Iterable[int], history: History | None = None, profile: Mapping[str, Any] | None = None
    ) -> dict[str, np.ndarray]:
        """Predict some movies for a newcomer as `Recommender.predict`, without a DataFrame.

        Parameters
        ----------
        movie_ids, history, profile
            As in `Recommender.predict`.

        Returns
        -------
        dict of str to ndarray, shape (movies,)
            The columns of `Recommender.predict` without user_id.

        Raises
        ------
        InputError, UnknownIdError
            As in `Recommender.predict`.
        """
        positions = known_positions(self.catalogue, movie_ids)
        user_history = newcomer(history, profile, self.catalogue, self.stars)
        columns = self.score(user_history, np.zeros(len(positions), np.int64), positions)
        return {MOVIE: self.catalogue.movie_ids[positions], **columns, KNOWN: np.zeros(len(positions), bool)}

    def with_interactions(self, interactions: Interactions) -> Self:
        """The same trees with movie tables learned anew from other interactions.

        Parameters
        ----------
        interactions : Interactions
            Histories of all users over the same catalogue.

        Returns
        -------
        ServedModel
            Of the same class, with the same star model, configuration, manifest and report.
        """
        features = Features.learn(interactions, self.catalogue, self.context)
        ranker = self.ranker.with_interactions(interactions, self.catalogue, self.context)
        return replace(self, features=features, ranker=ranker, interactions=interactions)
