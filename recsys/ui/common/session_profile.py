"""The visitor of a session. Their profile is never written on the server and never reaches another session."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st

from recsys.serving.recommender import Recommender
from recsys.ui.common.title_matcher import matcher
from recsys.visitor.active_learning import ActiveLearner
from recsys.visitor.matching import Matcher
from recsys.visitor.prequential_error import PrequentialError, in_turn, predict_before_rating, score
from recsys.visitor.profile import MovieRef, Profile, UserRating
from recsys.visitor.profile_file import MatchedProfile, SavedProfile, match_profile

PROFILE, LATEST, LISTED, MODEL = "visitor_profile", "visitor_latest", "visitor_listed", "visitor_model"  # session keys
RECEIVED, INCOMPLETE = "visitor_received", "visitor_incomplete"


@dataclass(frozen=True)
class Visitor:
    """The visitor of one session, with the model in use; every change is stored in the session at once."""

    recommender: Recommender

    @classmethod
    def of(cls, recommender: Recommender) -> Visitor:
        """The visitor of this session.

        The profile is converted if the model has changed since the last run, or if the browser has sent one.
        """
        visitor, model = cls(recommender), (recommender.version, recommender.stars)
        previous = st.session_state.setdefault(MODEL, model)
        received = st.session_state.pop(RECEIVED, None)
        if received is not None or previous != model:
            st.session_state[MODEL] = model
            matched = visitor.settled(received or SavedProfile(visitor.profile, previous[1]))
            st.session_state[INCOMPLETE] = is_incomplete() or bool(matched.unmatched)
            visitor.store(matched.profile)
        return visitor

    @property
    def matcher(self) -> Matcher:
        """The title search of the model's catalogue."""
        return matcher(self.recommender, self.recommender.version)

    @property
    def profile(self) -> Profile:
        """Their ratings, skipped movies and demographics so far."""
        return st.session_state.get(PROFILE, Profile())

    @property
    def latest(self) -> UserRating | None:
        """The last rating given on this page, unless it was removed."""
        return self.profile.rating(st.session_state.get(LATEST, 0))

    @property
    def score(self) -> PrequentialError:
        """Prequential error of the app on their ratings so far."""
        return score(self.profile.ratings)

    def settled(self, saved: SavedProfile) -> MatchedProfile:
        """A saved profile converted to this model's catalogue and stars."""
        return match_profile(saved, self.matcher, self.recommender.stars)

    def store(self, profile: Profile) -> None:
        """Replace the stored profile."""
        st.session_state[PROFILE] = profile

    def rate(self, movie_id: int, stars: float) -> None:
        """Add a rating, with the prediction made before it unless the visitor has already seen one."""
        profile, unlisted = self.profile, movie_id not in self._listed_ids
        prior = (
            predict_before_rating(self.recommender, profile, movie_id)
            if unlisted and not profile.rating(movie_id)
            else None
        )
        self.store(profile.rate(self._movie_ref(movie_id), stars, prior))
        st.session_state[LATEST] = movie_id

    def skip(self, movie_id: int) -> None:
        """Skip a movie, or remove its rating."""
        self.store(self.profile.skip(self._movie_ref(movie_id)))

    def set_demographic(self, name: str, value: Any) -> None:
        """Set gender, age or occupation; None removes it."""
        demographics = {**self.profile.who, name: value}
        self.store(
            replace(self.profile, who={name: value for name, value in demographics.items() if value is not None})
        )

    def add(self, ratings: Iterable[UserRating]) -> None:
        """Add imported ratings; those given on this page stay."""
        self.store(in_turn(self.recommender, self.profile, list(ratings)))
        st.session_state[LATEST] = 0

    def load(self, profile: Profile) -> None:
        """Replace the profile by one from a file."""
        self.store(profile)
        st.session_state[LATEST] = 0

    def note_listed(self, movie_ids: Iterable[int]) -> None:
        """Remember which movies the list showed with expected stars: later ratings of them do not test the app."""
        st.session_state[LISTED] = self._listed_ids | set(movie_ids)

    def next_movie_id(self) -> int | None:
        """Id of the next movie to ask about, among those whose prediction they have not seen; None if none is left."""
        rated = list(self.profile.history)
        skipped = [movie_ref.movie_id for movie_set, movie_ref in self.profile.set_members if movie_set != "saved"]
        learner = _active_learner(self.recommender, self.recommender.version)
        position = learner.next(*map(self._positions, (rated, skipped, self._listed_ids)))
        return None if position is None else int(self.recommender.catalogue.movie_ids[position])

    @property
    def _listed_ids(self) -> set[int]:
        return st.session_state.get(LISTED, set())

    def _movie_ref(self, movie_id: int) -> MovieRef:
        return MovieRef.of(self.recommender.catalogue, movie_id)

    def _positions(self, movie_ids: Iterable[int]) -> list[int]:
        return self.recommender.catalogue.positions(np.array(list(movie_ids), np.int64)).tolist()


def receive(saved: SavedProfile | None, readable: bool = True) -> None:
    """Take the profile that the visitor's browser kept, None for none; `Visitor.of` converts it to the model."""
    st.session_state[RECEIVED] = saved or SavedProfile(Profile(), ())
    st.session_state[INCOMPLETE] = not readable


def current() -> tuple[Profile | None, tuple[float, ...]]:
    """The profile with the scale of its stars; None while there is none, or while a received one is not converted."""
    if RECEIVED in st.session_state or MODEL not in st.session_state:
        return None, ()
    return st.session_state.get(PROFILE), st.session_state[MODEL][1]


def is_incomplete() -> bool:
    """Whether the profile lacks some of what the browser kept: movies of another catalogue, or an unreadable text."""
    return bool(st.session_state.get(INCOMPLETE))


@st.cache_resource(show_spinner=False, max_entries=2)
def _active_learner(_recommender: Recommender, version: str) -> ActiveLearner:
    return ActiveLearner.of(_recommender)
