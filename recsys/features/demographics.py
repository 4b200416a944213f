"""Who the user is, where the data says so: age and gender. What that means for movies, `gaussian_process` learns."""

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
    """The genders of the dataset; any other word, or none, is missing. Columns have numbers, no words of users."""

    genders: np.ndarray = array("str", "genders")
    has_age: np.ndarray = array("bool")

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Nothing is learned of these histories: the words are the whole dataset's."""
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
