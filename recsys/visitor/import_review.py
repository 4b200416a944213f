"""Review of an export before import: the match of each row, the visitor's corrections, and the resulting ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from recsys.data.catalogue import Catalogue
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Matcher, TitleQuery
from recsys.visitor.profile import MovieRef, UserRating
from recsys.visitor.scale import nearest_star
from recsys.visitor.service_exports import ExportRow, RatingsExport, Service

CHOSEN, REFUSED = "chosen by you", "not usable"
STATUSES = (MATCHED, CHOSEN, AMBIGUOUS, UNKNOWN, REFUSED)


@dataclass(frozen=True)
class ImportLine:
    """One row of an export with its match: the movie it means, or the movies it may mean."""

    row: ExportRow
    status: str
    movie_ids: tuple[int, ...] = ()  # the matched movie, the choices, or the nearest titles
    stars: float | None = None

    @property
    def movie_id(self) -> int | None:
        """The matched movie, None while the line is open."""
        return self.movie_ids[0] if self.status in (MATCHED, CHOSEN) else None

    @property
    def open(self) -> bool:
        """Whether the visitor can still choose the movie."""
        return self.status in (AMBIGUOUS, UNKNOWN)


@dataclass(frozen=True)
class ImportReview:
    """All rows of an export, matched to a catalogue and scaled to its stars."""

    service: Service
    lines: tuple[ImportLine, ...]

    @classmethod
    def of(cls, export: RatingsExport, matcher: Matcher, stars: Sequence[float]) -> Self:
        """Match every usable row."""
        usable = [row for row in export.rows if not row.problem]
        matches = iter(matcher.match(TitleQuery(row.titles, row.year) for row in usable))
        lines = []
        for row in export.rows:
            if row.problem:
                lines.append(ImportLine(row, REFUSED))
                continue
            match, star = next(matches), nearest_star(row.grade, export.service.top, stars)
            lines.append(ImportLine(row, match.status, match.movie_ids, star))
        return cls(export.service, tuple(lines))

    def choose(self, number: int, movie_id: int) -> Self:
        """A review in which the open row of this line number means this movie."""
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
        """The ratings of all rows with a movie, ordered by date; the last rating of a movie counts."""
        latest = {line.movie_id: line for line in sorted(self.lines, key=_date_and_line)}
        return [
            UserRating(MovieRef.of(catalogue, movie_id), line.stars)
            for movie_id, line in sorted(latest.items(), key=lambda item: _date_and_line(item[1]))
            if movie_id is not None and line.stars is not None
        ]

    def scale(self) -> pd.DataFrame:
        """Each grade that occurs, its star, and the number of rows: grade, stars, rows."""
        pairs = pd.DataFrame(
            [(line.row.grade, line.stars) for line in self.lines if line.stars is not None], columns=["grade", "stars"]
        )
        return pairs.groupby(["grade", "stars"]).size().rename("rows").reset_index()

    def report(self, catalogue: Catalogue) -> pd.DataFrame:
        """One row a line: line, title, year, grade, stars, status, and its meaning as text."""
        rows = [line.row for line in self.lines]
        return pd.DataFrame(
            {
                "line": [row.line for row in rows],
                "title": [row.titles[0] if row.titles else "" for row in rows],
                "year": pd.array([row.year for row in rows], dtype="Int64"),
                "grade": [row.grade for row in rows],
                "stars": [float("nan") if line.stars is None else line.stars for line in self.lines],
                "status": [line.status for line in self.lines],
                "meaning": [_meaning(line, catalogue) for line in self.lines],
            }
        )


def _date_and_line(line: ImportLine) -> tuple[str, int]:
    return line.row.date, line.row.line


def _meaning(line: ImportLine, catalogue: Catalogue) -> str:
    names = " / ".join(MovieRef.of(catalogue, movie).display_title for movie in line.movie_ids)
    return {
        REFUSED: line.row.problem,
        AMBIGUOUS: f"which one? {names}",
        UNKNOWN: f"nearest: {names}" if names else "nothing like it in this catalogue",
    }.get(line.status, names)
