"""Demographic lift: how much more often users of a gender, age or occupation rate a movie than everybody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config.models import DemographicLiftConfig
from recsys.core.array_spec import array
from recsys.data.interactions import Interactions, sum_over_blocks
from recsys.features.vocabulary import Vocabulary
from recsys.schema import AGE, GENDER, OCCUPATION

BANDS = (18, 25, 30, 35, 45, 50)  # where an age band begins, as MovieLens cuts them
KINDS = (GENDER, AGE, OCCUPATION)


@dataclass(frozen=True)
class DemographicLift:
    """Groups `kind=word` of users, and the lift of each movie in each group."""

    groups: np.ndarray = array("str", "groups")
    movie_lift: np.ndarray = array("float32", "movies", "groups")  # log of the group's share of raters over everybody's

    @classmethod
    def learn(
        cls, interactions: Interactions, movies: int, vocabulary: Vocabulary, config: DemographicLiftConfig
    ) -> Self:
        """Count raters by group, from sums over blocks of users."""
        groups = _groups(vocabulary)

        def count(block: Interactions) -> dict[str, np.ndarray]:
            member = _members(block, groups)
            rated = block.dense(np.ones(len(block.movies)), movies)
            raters = (block.counts > 0).astype(np.float64)
            return {
                "by_group": rated.T @ member,
                "group_size": raters @ member,
                "by_movie": rated.sum(0),
                "users": raters.sum(),
            }

        sums = sum_over_blocks(count, interactions)
        share = (sums["by_movie"] + 1) / (sums["users"] + movies)
        damped = (sums["by_group"] + config.damping * share[:, None]) / (sums["group_size"] + config.damping)
        return cls(groups, np.log(damped / share[:, None]).astype(np.float32))

    def lifts(self, interactions: Interactions, row: int, movies: np.ndarray) -> np.ndarray:
        """The lift of some movies for one user, by kind of group, float32 (movies, kinds); 0 where it is unknown."""
        user = interactions.take(np.array([row]))
        member = np.stack([_group_names(user, kind)[0] == self.groups for kind in KINDS], axis=1)
        return self.movie_lift[movies] @ member.astype(np.float32)


def _groups(vocabulary: Vocabulary) -> np.ndarray:
    """The name of every group of each kind, str (groups,)."""
    bands = [str(band) for band in range(len(BANDS) + 1)] if vocabulary.has_age else []
    words = {GENDER: vocabulary.genders, AGE: bands, OCCUPATION: vocabulary.occupations}
    return np.array([f"{kind}={word}" for kind in KINDS for word in words[kind]], dtype=str)


def _members(interactions: Interactions, groups: np.ndarray) -> np.ndarray:
    """1 where a user is in a group, float32 (users, groups)."""
    members = [(_group_names(interactions, kind)[:, None] == groups).astype(np.float32) for kind in KINDS]
    return np.add.reduce(members)


def _group_names(interactions: Interactions, kind: str) -> np.ndarray:
    """Each user's group of one kind, str (users,); nothing after the "=" when it is unknown."""
    values = getattr(interactions, kind)
    if kind == AGE:
        bands = np.digitize(np.nan_to_num(values), BANDS).astype(str)
        values = np.where(np.isfinite(values), bands, "")
    return np.char.add(f"{kind}=", values)
