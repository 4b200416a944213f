"""The glossary entry of a metric: name, explanation, formula, direction and number format."""

from __future__ import annotations

import math
from dataclasses import dataclass

HIGHER, LOWER, NEITHER = "Higher is better.", "Lower is better.", "Neither direction is better in itself."
ZERO = "0 is best."
PERCENT, STARS, SHARE, COUNT = "percent", "stars", "share", "count"
DIGITS = {STARS: 3, SHARE: 3, COUNT: 1}
POINTS, OF_POINTS = 100, " points"  # a difference of percentages is written in points
UNDEFINED = "–"


@dataclass(frozen=True)
class Metric:
    """The glossary entry of one metric; `formula` is plain text, for tooltips and files alike.

    The label of a list metric may have `{n}` for the length of the list. A metric for which 0 is best (`ZERO`) is
    written with its sign.
    """

    label: str
    sentence: str
    formula: str
    better: str = HIGHER
    form: str = SHARE

    @property
    def help(self) -> str:
        """Explanation, direction and formula, as Markdown."""
        return f"{self.sentence} {self.better}\n\n`{self.formula}`"

    def write(self, value: float) -> str:
        """The value as text; a dash where it is undefined."""
        if not math.isfinite(value):
            return UNDEFINED
        if self.better == ZERO:
            return self.write_difference(value)
        return f"{POINTS * value:.1f}%" if self.form == PERCENT else f"{value:,.{DIGITS[self.form]}f}"

    def write_interval(self, low: float, high: float) -> str:
        """The interval as text, with the unit once: `46.7 – 48.6%`; a dash where it is undefined."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return UNDEFINED
        between = " to " if self.better == ZERO else " – "
        return f"{self._without_unit(low)}{between}{self.write(high)}"

    def write_with_half_width(self, value: float, half_width: float) -> str:
        """The value with the half-width of its interval: `46.7% ± 0.9`; the value alone where that is undefined."""
        if not math.isfinite(half_width):
            return self.write(value)
        if self.better == ZERO:
            return f"{self._without_unit(value)} ± {self.write(half_width).lstrip('+')}"
        return f"{self.write(value)} ± {self._without_unit(half_width)}"

    def write_difference(self, value: float, finer: int = 0) -> str:
        """A difference with its sign, a true minus: `+7.2 points`, `−0.064`; `finer` adds so many digits."""
        if not math.isfinite(value):
            return UNDEFINED
        if self.form == PERCENT:
            return _signed(POINTS * value, 1 + finer) + OF_POINTS
        return _signed(value, DIGITS[self.form] + finer)

    def gain(self, difference: float) -> float:
        """A difference with the sign that makes improvements positive; NaN where neither direction is better."""
        return {HIGHER: difference, LOWER: -difference}.get(self.better, math.nan)

    def _without_unit(self, value: float) -> str:
        return self.write(value).removesuffix("%").removesuffix(OF_POINTS)


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    return text if float(text.replace(",", "")) == 0 else f"{'+' if value > 0 else '−'}{text}"
