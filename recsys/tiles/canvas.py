"""The place that a motif is drawn in: its size, what of it stays free of text, its colours and its numbers."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 100.0, 400 / 3  # of a whole tile, in units of its width's hundredth
FIRST_FREE_BYTE = 5  # of a movie's digest: those before choose ground, layout and motif


@dataclass(frozen=True)
class Canvas:
    """A box of 100 units by `height`, what lies between `top` and `bottom` being visible for certain.

    Attributes
    ----------
    height
        Of the whole box, which a drawing fills to its edges.
    top, bottom
        Of the free part, in which the subject stands; a label covers the rest.
    ground, first, second, pop
        Colours: of the box, of the two inks upon it, and of one small bright part.
    digest
        32 bytes that decide counts, angles and sides.
    """

    height: float
    top: float
    bottom: float
    ground: str
    first: str
    second: str
    pop: str
    digest: bytes

    @property
    def middle(self) -> float:
        """The free part's middle, from the top."""
        return (self.top + self.bottom) / 2

    @property
    def room(self) -> float:
        """The free part's height."""
        return self.bottom - self.top

    @property
    def reach(self) -> float:
        """Half of the largest square in the free part: the radius of a subject that touches its edges."""
        return min(WIDTH, self.room) / 2

    def between(self, index: int, low: float, high: float) -> float:
        """The movie's number `index`, from low to high."""
        return low + (high - low) * self._byte(index) / 255

    def count(self, index: int, low: int, high: int) -> int:
        """The movie's whole number `index`, from low to high, both included."""
        return low + self._byte(index) % (high - low + 1)

    def side(self, index: int) -> int:
        """-1 or 1: left or right, up or down."""
        return 1 if self._byte(index) % 2 else -1

    def _byte(self, index: int) -> int:
        return self.digest[(FIRST_FREE_BYTE + index) % len(self.digest)]
