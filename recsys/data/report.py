"""Reports of the checks: rows read, kept and dropped per reason, with the first line numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from recsys.schema import MAX_ID, MIN_ID

LINES_SHOWN = 5

REASONS = {
    "wrong_field_count": "a line with too few or too many fields",
    "illegible_user_id": "user_id missing or not a number",
    "illegible_movie_id": "movie_id missing or not a number",
    "illegible_rating": "rating missing or not a number",
    "user_id_out_of_range": f"user_id not a whole number from {MIN_ID} to {MAX_ID}",
    "movie_id_out_of_range": f"movie_id not a whole number from {MIN_ID} to {MAX_ID}",
    "rating_off_scale": "rating not on the scale (0.5 to 5 in steps of 0.5)",
    "rating_far_off": "rating far outside the scale of the others",
    "unknown_movie": "the rated movie is not in the movies table",
    "rated_before_release": "rated before the movie's release date",
    "exact_duplicate": "duplicate row",
    "superseded": "the user rated the movie again later; the later rating counts",
    "repeated_id": "duplicate id; the first row counts",
}
REPAIRS = {
    "title_cleaned": "title too long or with control characters, cleaned",
    "title_missing": "title missing, named after the id",
    "date_illegible": "unreadable release date, left empty",
    "year_illegible": "unreadable year, taken from the title or the release date",
    "genres_rare": "rare genres, left out",
    "timestamp_illegible": "timestamp missing or not a time; the rating is kept without it",
    "timestamp_out_of_range": "timestamp not in seconds between 1970 and 2100; the rating is kept without it",
    "age_illegible": "age missing or implausible, left empty",
}


@dataclass(frozen=True)
class Finding:
    """The number of rows with one reason, and their first line numbers."""

    rows: int
    first_lines: tuple[int, ...]

    @classmethod
    def of(cls, lines: np.ndarray) -> Finding:
        """The finding of rows with these line numbers, int (rows,)."""
        return cls(len(lines), tuple(int(line) for line in np.sort(lines)[:LINES_SHOWN]))

    def __str__(self) -> str:
        listed = ", ".join(str(line) for line in self.first_lines)
        more = ", ..." if self.rows > len(self.first_lines) else ""
        return f"{self.rows:,} (line{'s' if self.rows > 1 else ''} {listed}{more})"


@dataclass(frozen=True)
class TableReport:
    """The report of one table: `read` = `kept` + all of `dropped`; `repaired` rows are among the kept."""

    table: str
    source: str
    read: int
    kept: int
    dropped: Mapping[str, Finding] = field(default_factory=dict)
    repaired: Mapping[str, Finding] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON."""
        return {
            "table": self.table,
            "source": self.source,
            "read": self.read,
            "kept": self.kept,
            "dropped": _plain(self.dropped, REASONS),
            "repaired": _plain(self.repaired, REPAIRS),
        }

    def lines(self) -> list[str]:
        """One sentence on the table, then one per reason."""
        sentences = [f"{self.table}: {self.read:,} rows read from {self.source}, {self.kept:,} kept."]
        sentences += [f"{self.table}: dropped {self.dropped[code]}: {REASONS[code]}." for code in self.dropped]
        sentences += [f"{self.table}: repaired {self.repaired[code]}: {REPAIRS[code]}." for code in self.repaired]
        return sentences


@dataclass(frozen=True)
class CheckReport:
    """The report of a dataset, one entry per table; `users` is None without a users table.

    `notes` are sentences on ignored files and on another rating scale.
    """

    ratings: TableReport
    movies: TableReport
    users: TableReport | None = None
    notes: tuple[str, ...] = ()

    def tables(self) -> list[TableReport]:
        """The reports of ratings, movies and, if there are any, users."""
        return [table for table in (self.ratings, self.movies, self.users) if table is not None]

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values for JSON, one key per table, and `notes` if there are any."""
        notes = {"notes": list(self.notes)} if self.notes else {}
        return {table.table: table.as_dict() for table in self.tables()} | notes

    def lines(self) -> list[str]:
        """The report as sentences."""
        return [*self.notes, *(line for table in self.tables() for line in table.lines())]


def _plain(findings: Mapping[str, Finding], meanings: Mapping[str, str]) -> dict[str, Any]:
    return {
        code: {"rows": finding.rows, "first_lines": list(finding.first_lines), "meaning": meanings[code]}
        for code, finding in findings.items()
    }
