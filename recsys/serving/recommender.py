"""The serving path: what pages, routes and the command line ask. A user is a row of ratings, known or new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from recsys.schema import (
    AGE,
    KNOWN,
    MOVIE,
    PROFILE_COLUMNS,
    RATING,
    REASON,
    USER,
)
from recsys.serving.explain.sentences import reasons as in_words
from recsys.serving.explain.shapley import Explainer, Explanation
from recsys.serving.list_options import ListOptions
from recsys.serving.prediction_set import ConformalThreshold
from recsys.serving.scorer import Scorer
from recsys.serving.similar import similar
from recsys.serving.top_n import TopN, top
from recsys.serving.user_input import History, id_range, ids, known_positions, known_row, newcomer, require_columns


@dataclass(frozen=True)
class Recommender(Scorer):
    """A trained model with the catalogue it knows and the histories it is served with."""

    config: TrainingConfig
    manifest: Mapping[str, Any] = field(default_factory=dict)
    report: Report | None = None

    @property
    def context(self) -> Context:
        """What the signals of this model were told when they learned."""
        return Context(self.stars, self.config, self.features.vocabulary)

    @property
    def version(self) -> str:
        """The bundle's version, "" for a model that is not on the shelf."""
        return str(self.manifest.get("version", ""))

    @property
    def user_ids(self) -> np.ndarray:
        """Ids of the users that the data knows, int64, ascending."""
        return self.interactions.user_ids

    @property
    def known_range(self) -> dict[str, tuple[int, int]]:
        """The lowest and highest known id, of users and of movies."""
        return {USER: id_range(self.user_ids), MOVIE: id_range(self.catalogue.movie_ids)}

    @cached_property
    def threshold(self) -> ConformalThreshold:
        """What the sets of likely stars are cut by, from the report."""
        return ConformalThreshold.of(self.report)

    @cached_property
    def movies(self) -> pd.DataFrame:
        """The catalogue with `display`, the title as it is said, and the community's mean stars and count."""
        return self.catalogue.described(self.interactions.movies, self.interactions.stars)

    @cached_property
    def movies_by_id(self) -> pd.DataFrame:
        """`movies`, found by movie id."""
        return self.movies.set_index(MOVIE)

    def has_user(self, user_id: int) -> bool:
        """Whether the data has this user."""
        return bool(self.interactions.rows(np.array([user_id]))[0] >= 0)

    def has_movie(self, movie_id: int) -> bool:
        """Whether the catalogue has this movie."""
        return bool(self.catalogue.positions(np.array([movie_id]))[0] >= 0)

    def history(self, user_id: int) -> pd.DataFrame:
        """What this user rated: movie_id, rating, by movie id. UnknownIdError for a user the data lacks."""
        chosen = self.interactions.row_slice(known_row(self.interactions, user_id))
        movies = self.catalogue.movie_ids[self.interactions.movies[chosen]]
        return pd.DataFrame({MOVIE: movies, RATING: self.interactions.stars[chosen].astype(np.float64)})

    def profile(self, user_id: int) -> dict[str, Any]:
        """Gender, age and occupation of this user, None where unknown. UnknownIdError as `history`."""
        row = known_row(self.interactions, user_id)
        found = {name: getattr(self.interactions, name)[row].item() for name in PROFILE_COLUMNS}
        return {name: value or None for name, value in (found | {AGE: np.nan_to_num(found[AGE])}).items()}

    def predict(
        self,
        pairs: pd.DataFrame | None = None,
        *,
        movie_ids: Sequence[int] | None = None,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Predicted stars for pairs of known users, or for a newcomer's movies.

        Give `pairs` (columns user_id, movie_id), or `movie_ids` with the newcomer's `history` (a mapping of
        movie id to stars, or a frame movie_id, rating) and, if known, `profile` (gender, age, occupation).
        Returns the rows in their order: user_id (pairs only), movie_id, rating (the decided star), expected
        (the mean), p_* (probability of each star) and known_user (the data has ratings of theirs). A user
        without ratings is an empty history; a movie outside the catalogue raises UnknownIdError, history off
        the scale InputError, and so does an id that is none: True, 196.7, NaN, text (`user_input.ids`; 196.0 is 196).
        """
        if pairs is not None:
            require_columns(pairs, "pairs", (USER, MOVIE))
            return pd.DataFrame(self.columns_for_users(pairs[USER], pairs[MOVIE]), index=pairs.index)
        if movie_ids is None:
            raise InputError("predict needs pairs of user_id and movie_id, or movie_ids with a history.")
        return pd.DataFrame(self.columns_for_newcomer(movie_ids, history, profile))

    def columns_for_users(self, user_ids: Sequence[int], movie_ids: Sequence[int]) -> dict[str, np.ndarray]:
        """What `predict` says of pairs, as arrays by column: a frame would take as long as the prediction."""
        users, positions = ids(user_ids, USER), known_positions(self.catalogue, movie_ids)
        rows = self.interactions.rows(users)
        found = self.score(self.interactions, rows, positions)
        known = (rows >= 0) & (self.interactions.counts[rows] > 0)
        return {USER: users, MOVIE: self.catalogue.movie_ids[positions], **found, KNOWN: known}

    def columns_for_newcomer(
        self, movie_ids: Sequence[int], history: History | None = None, profile: Mapping[str, Any] | None = None
    ) -> dict[str, np.ndarray]:
        """What `predict` says of a newcomer's movies, as arrays by column."""
        positions = known_positions(self.catalogue, movie_ids)
        user_history = newcomer(history, profile, self.catalogue, self.stars)
        found = self.score(user_history, np.zeros(len(positions), np.int64), positions)
        return {MOVIE: self.catalogue.movie_ids[positions], **found, KNOWN: np.zeros(len(positions), bool)}

    def recommend(
        self,
        user_id: int | None = None,
        *,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
        reasons: bool = False,
        **wanted: Any,
    ) -> pd.DataFrame:
        """A top-N list for a known user, or for a newcomer with a history (as in `predict`).

        `wanted` are the options of `ListOptions.checked`: n, genres, years, min_ratings, only, ranker (personal,
        expected, popular, gems), popularity, diversity, min_like. Returns rank, movie_id, title, year, genres,
        expected, like (the probability of at least four of five stars), score; score never rises with rank. With
        `reasons`, also reason, a sentence on what makes the expected rating. `top` also tells how many were left.
        """
        table = self.top(user_id, history=history, profile=profile, **wanted).table
        if not reasons:
            return table
        explainer = Explainer(self, self.user_history(user_id, history, profile))
        return table.assign(**{REASON: in_words(explainer.reasons(table[MOVIE]))})

    def top(
        self,
        user_id: int | None = None,
        *,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
        **wanted: Any,
    ) -> TopN:
        """The list of `recommend` with its funnel. Raises InputError as `predict` and for options out of range."""
        return top(self, self.user_history(user_id, history, profile), ListOptions.checked(**wanted))

    def similar(self, movie_id: int, n: int = 10) -> pd.DataFrame:
        """The movies most like one: rank, movie_id, title, year, genres, similarity (at most 1)."""
        return similar(self, movie_id, n)

    def explain(
        self,
        user_id: int | None = None,
        *,
        movie_id: int,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> Explanation:
        """Why a known user, or a newcomer, is expected to give a movie so many stars; raises as `predict`."""
        return Explainer(self, self.user_history(user_id, history, profile), self.threshold).explain(movie_id)

    def user_history(
        self,
        user_id: int | None = None,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> Interactions:
        """One row of ratings: a known user's, or a newcomer's. UnknownIdError for a user the data lacks."""
        if user_id is None:
            return newcomer(history, profile, self.catalogue, self.stars)
        if history is not None or profile is not None:
            raise InputError("Give a user_id, or a history with a profile, not both.")
        return self.interactions.take(np.array([known_row(self.interactions, user_id)]))

    def with_interactions(self, interactions: Interactions) -> Self:
        """The same trees over movie tables and histories made anew from these ratings."""
        features = Features.learn(interactions, self.catalogue, self.context)
        ranker = self.ranker.with_interactions(interactions, self.catalogue, self.context)
        return replace(self, features=features, ranker=ranker, interactions=interactions)
