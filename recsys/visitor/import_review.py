"""Review of an export before import: the match of each row, the visitor's corrections, and what a profile gains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import pandas as pd

from recsys.data.catalogue import Catalogue
from recsys.visitor.export_formats import RATED, SAVED, SEEN, UNKNOWN_ROLE, ExportFormat
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Matcher, TitleQuery
from recsys.visitor.profile import MovieRef, Profile, UserRating
from recsys.visitor.scale import nearest_star
from recsys.visitor.service_exports import ExportRow, ServiceExport

CHOSEN, REFUSED = "chosen by you", "not usable"
STATUSES = (MATCHED, CHOSEN, AMBIGUOUS, UNKNOWN, REFUSED)


@dataclass(frozen=True)
class ImportLine:
    """One row of an export with its match: the movie it means, or the movies it may mean."""

    row: ExportRow
    status: str
    movie_ids: tuple[int, ...] = ()  # the matched movie, the choices, or the nearest titles
    stars: float | None = None  # None without a rating

    @property
    def movie_id(self) -> int | None:
        """The matched movie, None while the line is open."""
        return self.movie_ids[0] if self.status in (MATCHED, CHOSEN) else None

    @property
    def open(self) -> bool:
        """Whether the visitor can still choose the movie."""
        return self.status in (AMBIGUOUS, UNKNOWN)


@dataclass(frozen=True)
class NewMovies:
    """What an export adds to a profile; each movie once, in the order of their dates."""

    ratings: list[UserRating]
    seen: list[MovieRef]
    saved: list[MovieRef]

    def __len__(self) -> int:
        return len(self.ratings) + len(self.seen) + len(self.saved)


@dataclass(frozen=True)
class ImportReview:
    """All rows of an export, matched to a catalogue and scaled to its stars."""

    export_format: ExportFormat
    lines: tuple[ImportLine, ...]
    chosen_role: str = UNKNOWN_ROLE  # the visitor's, for rows whose file does not say what they are

    @classmethod
    def of(cls, export: ServiceExport, matcher: Matcher, stars: Sequence[float]) -> Self:
        """Match every usable row."""
        usable = [row for row in export.rows if not row.problem]
        matches = iter(matcher.match(TitleQuery(row.titles, row.year) for row in usable))
        lines = []
        for row in export.rows:
            if row.problem:
                lines.append(ImportLine(row, REFUSED))
                continue
            match = next(matches)
            star = nearest_star(row.grade, export.export_format.top, stars) if row.role == RATED else None
            lines.append(ImportLine(row, match.status, match.movie_ids, star))
        return cls(export.export_format, tuple(lines))

    @property
    def asks_role(self) -> bool:
        """Whether there are rows of which only the visitor knows if they have seen the movies or want to watch them."""
        return any(line.row.role == UNKNOWN_ROLE and line.status != REFUSED for line in self.lines)

    def with_role(self, role: str) -> Self:
        """A review in which these rows have this role."""
        return replace(self, chosen_role=role)

    def role(self, line: ImportLine) -> str:
        """What the movie of a line is: rated, seen or saved; `UNKNOWN_ROLE` until the visitor has chosen."""
        return line.row.role or self.chosen_role

    def choose(self, index: int, movie_id: int) -> Self:
        """A review in which the open line at this position means this movie; a line that is not open stays."""
        line = self.lines[index]
        if not line.open:
            return self
        chosen = replace(line, status=CHOSEN, movie_ids=(movie_id,))
        return replace(self, lines=(*self.lines[:index], chosen, *self.lines[index + 1 :]))

    def count(self, status: str) -> int:
        """How many rows have this status."""
        return sum(line.status == status for line in self.lines)

    def ratings(self, catalogue: Catalogue) -> list[UserRating]:
        """The ratings of all rows with a movie, ordered by date; the last rating of a movie counts."""
        return [
            UserRating(MovieRef.of(catalogue, movie_id), line.stars)
            for movie_id, line in self._latest(RATED).items()
            if line.stars is not None
        ]

    def new_movies(self, profile: Profile, catalogue: Catalogue) -> NewMovies:
        """What the export adds to a profile: nothing that is rated, saved, seen or hidden there changes.

        A movie that the export has rated and seen is rated only; one seen and saved is saved, to see it again.
        """
        rated = set(profile.history)
        ratings = [rating for rating in self.ratings(catalogue) if rating.movie_ref.movie_id not in rated]
        rated |= {rating.movie_ref.movie_id for rating in ratings}
        kept = {movie_ref.movie_id for name, movie_ref in profile.set_members if name != "skipped"}
        saved = [movie_id for movie_id in self._latest(SAVED) if movie_id not in kept]
        seen = [movie_id for movie_id in self._latest(SEEN) if movie_id not in kept | rated | set(saved)]
        seen_refs, saved_refs = ([MovieRef.of(catalogue, movie_id) for movie_id in ids] for ids in (seen, saved))
        return NewMovies(ratings, seen_refs, saved_refs)

    def _latest(self, role: str) -> dict[int, ImportLine]:
        """The latest line of each movie of a role, by movie id, ordered by date."""
        of_role = [line for line in self.lines if line.movie_id is not None and self.role(line) == role]
        latest = {line.movie_id: line for line in sorted(of_role, key=_date_and_line)}
        return {
            movie_id: line
            for movie_id, line in sorted(latest.items(), key=lambda item: _date_and_line(item[1]))
            if movie_id is not None
        }

    def scale(self) -> pd.DataFrame:
        """Each grade that occurs, its star, and the number of rows: grade, stars, rows."""
        pairs = pd.DataFrame(
            [(line.row.grade, line.stars) for line in self.lines if line.stars is not None], columns=["grade", "stars"]
        )
        return pairs.groupby(["grade", "stars"]).size().rename("rows").reset_index()

    def report(self, catalogue: Catalogue) -> pd.DataFrame:
        """One row a line: file, line, title, year, grade, stars, role, status, and its meaning as text."""
        rows = [line.row for line in self.lines]
        return pd.DataFrame(
            {
                "file": [row.file for row in rows],
                "line": [row.line for row in rows],
                "title": [row.titles[0] if row.titles else "" for row in rows],
                "year": pd.array([row.year for row in rows], dtype="Int64"),
                "grade": [row.grade for row in rows],
                "stars": [float("nan") if line.stars is None else line.stars for line in self.lines],
                "role": [self.role(line) for line in self.lines],
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
