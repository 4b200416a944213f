"""The visitor of the Rate page, in their own session: nothing of them is written to disk or shown to anyone else."""

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

PROFILE, LATEST, SHOWN, MODEL = "visitor_profile", "visitor_latest", "visitor_shown", "visitor_model"


@dataclass(frozen=True)
class Visitor:
    """One session's visitor over the model that answers now; every change is kept in the session at once."""

    recommender: Recommender
    matcher: Matcher
    active_learner: ActiveLearner

    @classmethod
    def of(cls, recommender: Recommender) -> Visitor:
        """The visitor of this session, moved over when another model has taken the place of the last run's."""
        version = recommender.version
        visitor = cls(recommender, matcher(recommender, version), _asking(recommender, version))
        model = (version, recommender.stars)
        before = st.session_state.setdefault(MODEL, model)
        if before != model:
            st.session_state[MODEL] = model
            visitor.keep(visitor.settled(SavedProfile(visitor.profile, before[1])).profile)
        return visitor

    @property
    def profile(self) -> Profile:
        """What they rated, set aside and told so far."""
        return st.session_state.get(PROFILE, Profile())

    @property
    def latest(self) -> UserRating | None:
        """The rating that was given last on this page, while it stands."""
        return self.profile.rating(st.session_state.get(LATEST, 0))

    @property
    def score(self) -> PrequentialError:
        """How well the app does on them so far."""
        return score(self.profile.ratings)

    def settled(self, saved: SavedProfile) -> MatchedProfile:
        """A saved profile over this model's catalogue and stars."""
        return match_profile(saved, self.matcher, self.recommender.stars)

    def keep(self, profile: Profile) -> None:
        """This profile instead of the one before."""
        st.session_state[PROFILE] = profile

    def rate(self, movie_id: int, stars: float) -> None:
        """Take a rating. Its prediction is made before, and counts unless the visitor has seen one already."""
        before, unseen = self.profile, movie_id not in self._shown
        prior = (
            predict_before_rating(self.recommender, before, movie_id)
            if unseen and not before.rating(movie_id)
            else None
        )
        self.keep(before.rate(self._movie_ref(movie_id), stars, prior))
        st.session_state[LATEST] = movie_id

    def skip(self, movie_id: int) -> None:
        """Set a movie aside, or take a rating back."""
        self.keep(self.profile.skip(self._movie_ref(movie_id)))

    def tell(self, name: str, value: Any) -> None:
        """Their gender, age or occupation; None takes it back."""
        who = {**self.profile.who, name: value}
        self.keep(replace(self.profile, who={name: value for name, value in who.items() if value is not None}))

    def add(self, ratings: Iterable[UserRating]) -> None:
        """Ratings that come all at once; those given here stay."""
        self.keep(in_turn(self.recommender, self.profile, list(ratings)))
        st.session_state[LATEST] = 0

    def load(self, profile: Profile) -> None:
        """A profile from a file, in place of this one."""
        self.keep(profile)
        st.session_state[LATEST] = 0

    def note_listed(self, movie_ids: Iterable[int]) -> None:
        """Remember which movies their list shows with expected stars: a later rating of these tests nothing."""
        st.session_state[SHOWN] = self._shown | set(movie_ids)

    def question(self) -> int | None:
        """The id of the movie to ask about next, of those whose prediction they have not seen; None when all were."""
        rated, skipped = list(self.profile.history), [movie_ref.movie_id for movie_ref in self.profile.skipped]
        position = self.active_learner.next(*map(self._positions, (rated, skipped, self._shown)))
        return None if position is None else int(self.recommender.catalogue.movie_ids[position])

    @property
    def _shown(self) -> set[int]:
        return st.session_state.get(SHOWN, set())

    def _movie_ref(self, movie_id: int) -> MovieRef:
        return MovieRef.of(self.recommender.catalogue, movie_id)

    def _positions(self, movie_ids: Iterable[int]) -> list[int]:
        return self.recommender.catalogue.positions(np.array(list(movie_ids), np.int64)).tolist()


@st.cache_resource(show_spinner=False, max_entries=2)
def _asking(_recommender: Recommender, version: str) -> ActiveLearner:
    return ActiveLearner.of(_recommender)
