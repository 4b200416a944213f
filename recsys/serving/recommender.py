"""The recommender: the public facade that pages, routes and the command line use. A user is a row of ratings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from recsys.errors import InputError
from recsys.schema import MOVIE, REASON, USER
from recsys.serving.explain.sentences import row_reasons
from recsys.serving.explain.shapley import Explainer, Explanation
from recsys.serving.list_options import ListOptions
from recsys.serving.portrait_recommender import PortraitRecommender
from recsys.serving.similar import similar
from recsys.serving.top_n import TopN, top
from recsys.serving.user_input import History, require_columns
from recsys.serving.why_not import WhyNot, why_not


@dataclass(frozen=True)
class Recommender(PortraitRecommender):
    """Predicts ratings, recommends movies and explains both, for known users and newcomers.

    `recsys.train` and `recsys.load` return one. Its attributes and look-ups are those of `ServedModel` and `Scorer`.
    """

    def predict(
        self,
        pairs: pd.DataFrame | None = None,
        *,
        movie_ids: Iterable[int] | None = None,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Predict ratings: of pairs of user and movie, or of a newcomer for some movies.

        Parameters
        ----------
        pairs : DataFrame, optional
            The columns user_id and movie_id. A user without ratings has an empty history.
        movie_ids : iterable of int, optional
            Without `pairs`: movies of the catalogue to predict for a newcomer.
        history : mapping or DataFrame, optional
            The newcomer's ratings: stars by movie id, or the columns movie_id and rating; empty by default.
        profile : mapping, optional
            The newcomer's gender (str), age (years) and occupation (str), as far as known.

        Returns
        -------
        DataFrame
            One row per pair or movie in the same order: user_id (for pairs only), movie_id, rating (predicted star),
            expected (expected rating in stars), p_* (probability of each star) and known_user (whether the data has
            ratings of the user). For pairs with their index.

        Raises
        ------
        InputError
            Neither `pairs` nor `movie_ids` is given, a column is missing, an id is none (True, 196.7, NaN, text; 196.0
            is 196), a rating is not on the scale, or a profile value has the wrong type.
        UnknownIdError
            A movie is not in the catalogue.
        """
        if pairs is not None:
            require_columns(pairs, "pairs", (USER, MOVIE))
            return pd.DataFrame(self.columns_for_users(pairs[USER], pairs[MOVIE]), index=pairs.index)
        if movie_ids is None:
            raise InputError("predict needs pairs of user_id and movie_id, or movie_ids with a history.")
        return pd.DataFrame(self.columns_for_newcomer(movie_ids, history, profile))

    def recommend(
        self,
        user_id: int | None = None,
        *,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
        reasons: bool = False,
        **options: Any,
    ) -> pd.DataFrame:
        """Recommend unseen movies to a known user or a newcomer.

        Parameters
        ----------
        user_id : int, optional
            A user of the data; None for a newcomer.
        history, profile : optional
            A newcomer's ratings and profile, as in `predict`.
        reasons : bool
            Whether to explain each row.
        **options
            Options of `ListOptions.checked`: n, genres, exclude_genres, years, min_ratings, only, exclude, ranker
            (personal, expected, popular or gems), popularity, diversity, min_like.

        Returns
        -------
        DataFrame
            At most n rows, best first: rank (from 1), movie_id, title, year, genres, expected (expected rating in
            stars), like (probability of a liked rating: at least 80% of the highest star), match (the score on a scale
            from 0, the median unseen movie, to 1, the best one), score (of the ranker; never rises with rank). With
            `reasons` also reason, a sentence that names ratings of theirs without which the expected rating would be
            lower, or says what is known instead: see `recsys.serving.explain.named_reasons`.

        Raises
        ------
        InputError
            An option or a value of the newcomer is not allowed, or both a user and a newcomer are given.
        UnknownIdError
            The data does not have this user, or the catalogue a movie of `history`, `only` or `exclude`.
        """
        table = self.top(user_id, history=history, profile=profile, **options).table
        if not reasons:
            return table
        user_history = self.user_history(user_id, history, profile)
        return table.assign(**{REASON: row_reasons(self, user_history, table[MOVIE])})

    def top(
        self,
        user_id: int | None = None,
        *,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> TopN:
        """The list of `recommend` with its funnel, and the reason if it is short.

        Parameters
        ----------
        user_id, history, profile, **options
            As in `recommend`.

        Returns
        -------
        TopN
            The list.

        Raises
        ------
        InputError, UnknownIdError
            As in `recommend`.
        """
        user_history = self.user_history(user_id, history, profile)
        return top(self, user_history, ListOptions.checked(self.catalogue.genre_names, **options))

    def similar(self, movie_id: int, n: int = 10) -> pd.DataFrame:
        """The movies most similar to one movie.

        Parameters
        ----------
        movie_id : int
            A movie of the catalogue.
        n : int
            Rows, 1 to 100.

        Returns
        -------
        DataFrame
            At most n rows, most similar first: rank, movie_id, title, year, genres, similarity (-1 to 1).

        Raises
        ------
        InputError
            `n` is not in its range, or `movie_id` is no id.
        UnknownIdError
            The movie is not in the catalogue.
        """
        return similar(self, movie_id, n)

    def explain(
        self,
        user_id: int | None = None,
        *,
        movie_id: int,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
    ) -> Explanation:
        """Explain the expected rating of one movie for a known user or a newcomer.

        Parameters
        ----------
        user_id : int, optional
            A user of the data; None for a newcomer.
        movie_id : int
            A movie of the catalogue.
        history, profile : optional
            A newcomer's ratings and profile, as in `predict`.

        Returns
        -------
        Explanation
            Contributions in stars that add up to the expected rating, the user's ratings that raise it most and that
            influence it most, and the interval of stars that probably contains the rating.

        Raises
        ------
        InputError
            An id is none, a value of the newcomer is not allowed, or both a user and a newcomer are given.
        UnknownIdError
            The data does not have this user, or the catalogue a movie.
        """
        return Explainer(self, self.user_history(user_id, history, profile), self.thresholds).explain(movie_id)

    def why_not(
        self,
        user_id: int | None = None,
        *,
        movie_id: int,
        history: History | None = None,
        profile: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> WhyNot:
        """Why a movie is not in the list of `recommend`, and which options would bring it in.

        Parameters
        ----------
        user_id, history, profile, **options
            As in `recommend`.
        movie_id : int
            A movie of the catalogue.

        Returns
        -------
        WhyNot
            Its ranks, figures, reasons and remedies.

        Raises
        ------
        InputError, UnknownIdError
            As in `recommend`, or for `movie_id`.
        """
        user_history = self.user_history(user_id, history, profile)
        return why_not(self, user_history, ListOptions.checked(self.catalogue.genre_names, **options), movie_id)
