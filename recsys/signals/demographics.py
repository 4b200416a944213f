"""Who the user is, where the data says so: gender, age and occupation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.catalogue import Catalogue
from recsys.histories import Histories
from recsys.schema import AGE, GENDER, OCCUPATION
from recsys.signals import Context


@dataclass(frozen=True)
class Demographics:
    """The words met in training; a word never met, or nothing given, sets none of the columns."""

    genders: np.ndarray  # str (genders,)
    occupations: np.ndarray  # str (occupations,)
    has_age: np.ndarray  # bool ()

    @classmethod
    def fit(cls, histories: Histories, catalogue: Catalogue, context: Context) -> Self:
        rating = histories.counts > 0
        return cls(
            genders=_words(histories.gender[rating]),
            occupations=_words(histories.occupation[rating]),
            has_age=np.array(np.isfinite(histories.age[rating]).any()),
        )

    def names(self) -> list[str]:
        ages = [AGE] if self.has_age else []
        genders = [f"{GENDER}={word}" for word in self.genders]
        return [*ages, *genders, *(f"{OCCUPATION}={word}" for word in self.occupations)]

    def transform(self, histories: Histories, rows: np.ndarray, movies: np.ndarray) -> np.ndarray:
        ages = histories.age[:, None][:, : int(self.has_age)]
        genders = histories.gender[:, None] == self.genders
        occupations = histories.occupation[:, None] == self.occupations
        return np.hstack([ages, genders, occupations]).astype(np.float32)[rows]


def _words(column: np.ndarray) -> np.ndarray:
    return np.unique(column[column != ""])
