"""Who chooses a movie: how much more often people of one's gender, age or occupation rate it than everybody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.vocabulary import Vocabulary
from recsys.schema import AGE, GENDER, OCCUPATION

BANDS = (18, 25, 30, 35, 45, 50)  # where an age band begins, as MovieLens cuts them
DAMPING = 50.0  # people of everybody's choices mixed into each group's
KINDS = (GENDER, AGE, OCCUPATION)


@dataclass(frozen=True)
class DemographicLift:
    """What people say they are, in groups `kind=word`, and what each group chooses."""

    groups: np.ndarray = array("str", "groups")
    movie_lift: np.ndarray = array("float32", "movies", "groups")  # log of the group's share of raters over everybody's

    @classmethod
    def learn(cls, interactions: Interactions, movies: int, vocabulary: Vocabulary) -> Self:
        """Count raters by group, from sums over blocks of users."""
        groups = _groups(vocabulary)

        def count(block: Interactions) -> dict[str, np.ndarray]:
            member = _members(block, groups)
            rated = block.dense(np.ones(len(block.movies)), movies)
            people = (block.counts > 0).astype(np.float64)
            return {"by_group": rated.T @ member, "people": people @ member, "all": rated.sum(0), "users": people.sum()}

        found = sum_over_blocks(count, interactions)
        share = (found["all"] + 1) / (found["users"] + movies)
        damped = (found["by_group"] + DAMPING * share[:, None]) / (found["people"] + DAMPING)
        return cls(groups, np.log(damped / share[:, None]).astype(np.float32))

    def lifts(self, interactions: Interactions, row: int, movies: np.ndarray) -> np.ndarray:
        """One user's movies by each kind of group, float32 (movies, kinds); 0 for what they do not say."""
        mine = interactions.take(np.array([row]))
        member = np.stack([_words(mine, kind)[0] == self.groups for kind in KINDS], axis=1)
        return self.movie_lift[movies] @ member.astype(np.float32)


def _groups(vocabulary: Vocabulary) -> np.ndarray:
    """The name of every group of each kind, str (groups,)."""
    bands = [str(band) for band in range(len(BANDS) + 1)] if vocabulary.has_age else []
    words = {GENDER: vocabulary.genders, AGE: bands, OCCUPATION: vocabulary.occupations}
    return np.array([f"{kind}={word}" for kind in KINDS for word in words[kind]], dtype=str)


def _members(interactions: Interactions, groups: np.ndarray) -> np.ndarray:
    """Who is in which group, float32 (users, groups)."""
    return sum((_words(interactions, kind)[:, None] == groups).astype(np.float32) for kind in KINDS)


def _words(interactions: Interactions, kind: str) -> np.ndarray:
    """Each user's group of one kind, str (users,); nothing after the "=" when it is unknown."""
    said = getattr(interactions, kind)
    if kind == AGE:
        known = np.isfinite(said)
        said = np.where(known, np.digitize(np.nan_to_num(said), BANDS).astype(str), "")
    return np.char.add(f"{kind}=", said)
