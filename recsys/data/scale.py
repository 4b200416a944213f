"""The rating scale: half stars up to 5 with a few strays, or another scale, which can be kept or mapped to stars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.errors import DataError, InputError, Problem, shown

LOWEST, HIGHEST, STEP = 0.5, 5.0, 0.5
MAPPED_ENDS = (1.0, 5.0)  # what the ends of another scale are mapped to
STRAY_SHARE, MIN_SYSTEMATIC = 0.05, 10  # at least so many values off the scale, and a larger share, are no strays
MAX_KEPT_VALUES = 21  # of a scale that can be kept: a model needs ratings of each
KEEP, MAP = CHOICES = ("keep", "map")


class ScaleError(DataError):
    """Ratings are on another scale, and the parameter `scale` is missing; `choices` are its possible values."""

    def __init__(self, message: str, question: str, choices: dict[str, str]) -> None:
        super().__init__(message)
        self.question, self.choices = question, choices


@dataclass(frozen=True)
class Scale:
    """Another rating scale: its ends, and how many values it has."""

    low: float
    high: float
    values: int

    @classmethod
    def other(cls, ratings: np.ndarray) -> Scale | None:
        """The scale of ratings, float (rows,) without NaN; None if they are half stars with only a few strays."""
        off_scale = int((~is_star(ratings)).sum())
        if off_scale * 2 <= len(ratings) and (off_scale < MIN_SYSTEMATIC or off_scale <= STRAY_SHARE * len(ratings)):
            return None
        ratings = ratings.astype(np.float64, copy=False)
        bulk = ratings[_near_bulk(ratings)]
        return cls(float(bulk.min()), float(bulk.max()), len(np.unique(bulk)))

    def has(self, ratings: np.ndarray) -> np.ndarray:
        """Which ratings are within the ends of the scale, bool (rows,)."""
        return (ratings >= self.low) & (ratings <= self.high)

    def mapped(self, ratings: np.ndarray) -> np.ndarray:
        """Ratings, float (rows,), as stars, halves rounded up.

        A scale within 0.5 to 5 is rounded to half stars; the ends of any other become 1 and 5 stars. A scale with a
        single value is not changed.
        """
        if self._within_stars:
            return np.maximum(np.floor(ratings / STEP + 0.5) * STEP, LOWEST)
        if self.low == self.high:
            return ratings
        low, high = MAPPED_ENDS
        return low + np.floor((ratings - self.low) / (self.high - self.low) * (high - low) + 0.5)

    @property
    def _within_stars(self) -> bool:
        return self.low >= LOWEST and self.high <= HIGHEST

    @property
    def target(self) -> str:
        """What `mapped` maps to."""
        return "the nearest half star" if self._within_stars else "1 to 5 stars"

    def choices(self) -> dict[str, str]:
        """What can be done with the scale: a label for each value of `CHOICES` that is possible."""
        keep = {KEEP: "Keep that scale"} if self.values <= MAX_KEPT_VALUES else {}
        return {**keep, MAP: f"Map it to {self.target}"}

    def question(self) -> str:
        """The ratings in a sentence."""
        return f"Ratings run from {self.low:g} to {self.high:g}, in {self.values:,} different values."

    def error(self, off_scale: int, ratings: int) -> ScaleError:
        """The error for ratings on this scale without a choice; `off_scale` of them are no half stars."""
        choices = self.choices()
        options = ", ".join(f"{description.lower()} (scale {name!r})" for name, description in choices.items())
        return ScaleError(
            f"{self.question()} {off_scale:,} of {ratings:,} ratings are not on the scale of 0.5 to 5 stars "
            f"in steps of 0.5: it is another scale. Choose: {options}; or correct the file.",
            self.question(),
            choices,
        )


def is_star(ratings: np.ndarray) -> np.ndarray:
    """Which ratings are 0.5 to 5 in steps of 0.5, bool (rows,)."""
    return (ratings >= LOWEST) & (ratings <= HIGHEST) & (ratings % STEP == 0)


def require_choice(choice: str | None) -> None:
    """Raise InputError unless the choice is None or one of `CHOICES`."""
    if choice not in (None, *CHOICES):
        raise InputError.of([Problem("scale", shown(choice), " or ".join(CHOICES), "Choose one, or leave it out.")])


def _near_bulk(ratings: np.ndarray) -> np.ndarray:
    """Which ratings are no further from the middle 98% than half its width: a stray 9999 must not widen the scale."""
    low, high = np.quantile(ratings, [0.01, 0.99], method="nearest")
    margin = max((high - low) / 2, 1.0)
    return (ratings >= low - margin) & (ratings <= high + margin)
