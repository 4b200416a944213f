"""Converts grades of another rating scale to stars of the model's."""

from __future__ import annotations

from collections.abc import Sequence

RULE = "Grades are scaled by the two maxima and go to the nearest star; halfway goes up."


def nearest_star(grade: float, top: float, stars: Sequence[float]) -> float:
    """The star nearest to a grade of a scale that ends at `top`; halfway goes up.

    So the ten grades of IMDb fall in pairs on five stars: 7 of 10 is 3.5 of 5, halfway, and becomes 4.
    """
    scaled = grade * stars[-1] / top
    return min(stars, key=lambda star: (round(abs(star - scaled), 9), -star))
