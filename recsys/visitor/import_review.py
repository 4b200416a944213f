"""An export on its way into a profile: what each row became, what a person decided, and the ratings it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from recsys.data.catalogue import Catalogue
from recsys.visitor.exports import Export, Row, Service
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Matcher, TitleQuery
from recsys.visitor.profile import MovieRef, UserRating
from recsys.visitor.scale import nearest_star

CHOSEN, REFUSED = "chosen by you", "not usable"
STATUSES = (MATCHED, CHOSEN, AMBIGUOUS, UNKNOWN, REFUSED)


@dataclass(frozen=True)
class Line:
    """One row of an export: what it became, and which movies it is or may be."""

    row: Row
    status: str
    movie_ids: tuple[int, ...] = ()  # the movie itself, the choices, or the nearest titles
    stars: float | None = None

    @property
    def movie_id(self) -> int | None:
        """The movie it stands for, None while that is open."""
        return self.movie_ids[0] if self.status in (MATCHED, CHOSEN) else None

    @property
    def open(self) -> bool:
        """Whether a person can still say which movie is meant."""
        return self.status in (AMBIGUOUS, UNKNOWN)


@dataclass(frozen=True)
class ImportReview:
    """All rows of an export, matched to a catalogue and scaled to its stars."""

    service: Service
    lines: tuple[Line, ...]

    @classmethod
    def of(cls, export: Export, matcher: Matcher, stars: Sequence[float]) -> Self:
        """Match every usable row."""
        usable = [row for row in export.rows if not row.problem]
        found = iter(matcher.match(TitleQuery(row.titles, row.year) for row in usable))
        lines = []
        for row in export.rows:
            if row.problem:
                lines.append(Line(row, REFUSED))
                continue
            match = next(found)
            lines.append(Line(row, match.status, match.movie_ids, nearest_star(row.grade, export.service.top, stars)))
        return cls(export.service, tuple(lines))

    def choose(self, number: int, movie_id: int) -> Self:
        """With the row of this line number standing for this movie, as a person decided."""
        return replace(
            self,
            lines=tuple(
                replace(line, status=CHOSEN, movie_ids=(movie_id,)) if line.row.line == number and line.open else line
                for line in self.lines
            ),
        )

    def count(self, status: str) -> int:
        """How many rows have this status."""
        return sum(line.status == status for line in self.lines)

    def ratings(self, catalogue: Catalogue) -> list[UserRating]:
        """The ratings of all rows with a movie, in the order they were given; a movie's last one counts."""
        decided = [line for line in self.lines if line.movie_id is not None]
        latest = {line.movie_id: line for line in sorted(decided, key=_when)}
        return [
            UserRating(MovieRef.of(catalogue, line.movie_id), line.stars) for line in sorted(latest.values(), key=_when)
        ]

    def scale(self) -> pd.DataFrame:
        """Each grade that occurs, the star it becomes, and how many rows have it: grade, stars, rows."""
        pairs = pd.DataFrame(
            [(line.row.grade, line.stars) for line in self.lines if line.stars is not None], columns=["grade", "stars"]
        )
        return pairs.groupby(["grade", "stars"]).size().rename("rows").reset_index()

    def report(self, catalogue: Catalogue) -> pd.DataFrame:
        """One row a line: line, title, year, grade, stars, status, and what that means in words."""
        told = [(line, line.row) for line in self.lines]
        return pd.DataFrame(
            {
                "line": [row.line for _, row in told],
                "title": [row.titles[0] if row.titles else "" for _, row in told],
                "year": pd.array([row.year for _, row in told], dtype="Int64"),
                "grade": [row.grade for _, row in told],
                "stars": [float("nan") if line.stars is None else line.stars for line, _ in told],
                "status": [line.status for line, _ in told],
                "meaning": [_meaning(line, catalogue) for line, _ in told],
            }
        )


def _when(line: Line) -> tuple[str, int]:
    return line.row.date, line.row.line


def _meaning(line: Line, catalogue: Catalogue) -> str:
    names = " / ".join(MovieRef.of(catalogue, movie).said for movie in line.movie_ids)
    return {
        REFUSED: line.row.problem,
        AMBIGUOUS: f"which one? {names}",
        UNKNOWN: f"nearest: {names}" if names else "nothing like it in this catalogue",
    }.get(line.status, names)
