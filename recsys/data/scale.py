"""Which scale ratings are on: half stars up to 5 with a few strays, or another one, to be kept or mapped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recsys.errors import DataError, InputError, Problem, shown

LOWEST, HIGHEST, STEP = 0.5, 5.0, 0.5
MAPPED = (1.0, 5.0)  # what the ends of another scale become
STRAY_SHARE, FEWEST_SYSTEMATIC = 0.05, 10  # more values off the scale than both are no strays
MOST_VALUES = 21  # of a scale that is kept: a model needs ratings of each
KEEP, MAP = CHOICES = ("keep", "map")


class ScaleError(DataError):
    """Ratings are on another scale and nobody said what to do; `choices` are the answers that would work."""

    def __init__(self, message: str, question: str, choices: dict[str, str]) -> None:
        super().__init__(message)
        self.question, self.choices = question, choices


@dataclass(frozen=True)
class Scale:
    """Another scale, as it was found: its ends, and how many values it has."""

    low: float
    high: float
    values: int

    @classmethod
    def other(cls, ratings: np.ndarray) -> Scale | None:
        """The scale of the readable ratings, floats (rows,), or None when they are stars but for a few strays."""
        off = int((~is_star(ratings)).sum())
        if off * 2 <= len(ratings) and (off < FEWEST_SYSTEMATIC or off <= STRAY_SHARE * len(ratings)):
            return None
        ratings = ratings.astype(np.float64, copy=False)
        near = ratings[_near(ratings)]
        return cls(float(near.min()), float(near.max()), len(np.unique(near)))

    def has(self, ratings: np.ndarray) -> np.ndarray:
        """Which ratings are on it, bool (rows,)."""
        return (ratings >= self.low) & (ratings <= self.high)

    def mapped(self, ratings: np.ndarray) -> np.ndarray:
        """Ratings as stars: half stars if only finer steps are in the way, else its ends become 1 and 5 stars.

        Halfway goes up. A scale of one value is left as it is.
        """
        if self._within_stars:
            return np.maximum(np.floor(ratings / STEP + 0.5) * STEP, LOWEST)
        if self.low == self.high:
            return ratings
        low, high = MAPPED
        return low + np.floor((ratings - self.low) / (self.high - self.low) * (high - low) + 0.5)

    @property
    def _within_stars(self) -> bool:
        return self.low >= LOWEST and self.high <= HIGHEST

    @property
    def target(self) -> str:
        """What it can be mapped to."""
        return "the nearest half star" if self._within_stars else "1 to 5 stars"

    def choices(self) -> dict[str, str]:
        """What can be done with it, by choice, in words."""
        keep = {KEEP: "Keep that scale"} if self.values <= MOST_VALUES else {}
        return {**keep, MAP: f"Map it to {self.target}"}

    def question(self) -> str:
        """What was found, in a sentence."""
        return f"Ratings run from {self.low:g} to {self.high:g}, in {self.values:,} different values."

    def error(self, off: int, ratings: int) -> ScaleError:
        """What to say while nobody chose."""
        choices = self.choices()
        ways = ", ".join(f"{words.lower()} (scale {name!r})" for name, words in choices.items())
        return ScaleError(
            f"{self.question()} {off:,} of {ratings:,} ratings are not on the scale of 0.5 to 5 stars in steps of 0.5: "
            f"it is another scale. Choose: {ways}; or correct the file.",
            self.question(),
            choices,
        )


def is_star(ratings: np.ndarray) -> np.ndarray:
    """Which ratings are 0.5 to 5 in steps of 0.5, bool (rows,)."""
    return (ratings >= LOWEST) & (ratings <= HIGHEST) & (ratings % STEP == 0)


def require_choice(choice: str | None) -> None:
    """Raise InputError for a choice that is none."""
    if choice not in (None, *CHOICES):
        raise InputError.of([Problem("scale", shown(choice), " or ".join(CHOICES), "Choose one, or leave it out.")])


def _near(ratings: np.ndarray) -> np.ndarray:
    """Which ratings are no further from the bulk than half its width, so that a stray 9999 stretches no scale."""
    low, high = np.quantile(ratings, [0.01, 0.99], method="nearest")
    margin = max((high - low) / 2, 1.0)
    return (ratings >= low - margin) & (ratings <= high + margin)
