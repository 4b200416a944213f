"""The user's age and gender, where the data has them; `gaussian_process` learns what they mean for a movie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.features.extractor import Context
from recsys.schema import AGE, GENDER


@dataclass(frozen=True)
class Demographics:
    """The genders of the dataset; any other word counts as missing. Column names have numbers, not users' words."""

    genders: np.ndarray = array("str", "genders")
    has_age: np.ndarray = array("bool")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """The genders are the whole dataset's, so that columns do not depend on a fold."""
        return cls(context.vocabulary.genders, context.vocabulary.has_age)

    def names(self) -> list[str]:
        ages = [AGE] if self.has_age else []
        columns = range(1, len(self.genders))  # the last gender is none of the others
        return [*ages, *(f"{GENDER}_{number}" for number in columns)]

    def transform(self, interactions: Interactions, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        ages = interactions.age[:, None][:, : int(self.has_age)]
        genders = (interactions.gender[:, None] == self.genders[:-1]).astype(np.float32)
        genders[~np.isin(interactions.gender, self.genders)] = np.nan
        return np.hstack([ages, genders])[rows]
