"""Who the user is, where the data says so: age and gender. What that means for a movie is learned in `taste`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.array_spec import array
from recsys.catalogue import Catalogue
from recsys.histories import Histories
from recsys.schema import AGE, GENDER
from recsys.signals import Context


@dataclass(frozen=True)
class Demographics:
    """The genders met in training; what was never met, or not given, is missing."""

    genders: np.ndarray = array("str", "genders")
    has_age: np.ndarray = array("bool")

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        """Learn which words and whether any age the rating users give."""
        rating = histories.counts > 0
        words = histories.gender[rating]
        return cls(np.unique(words[words != ""]), np.array(np.isfinite(histories.age[rating]).any()))

    def names(self) -> list[str]:
        ages = [AGE] if self.has_age else []
        return [*ages, *(f"{GENDER}={word}" for word in self.genders[:-1])]  # the last is none of the others

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        ages = histories.age[:, None][:, : int(self.has_age)]
        genders = (histories.gender[:, None] == self.genders[:-1]).astype(np.float32)
        genders[~np.isin(histories.gender, self.genders)] = np.nan
        return np.hstack([ages, genders])[rows]
