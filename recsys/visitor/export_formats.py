"""Formats of the files that Letterboxd and IMDb export, recognised by their columns, and what their movies are.

A movie of an export is rated, seen or saved (to watch). A row with a rating is rated; what another row is, depends on
the file: its columns say it, or its name does, or only the visitor knows.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from recsys.data.columns import GRADE
from recsys.errors import DataError, shown
from recsys.schema import TITLE, YEAR

RATED, SEEN, SAVED = ROLES = ("rated", "seen", "saved")
UNKNOWN_ROLE = ""  # of movies whose file does not say what they are
ORIGINAL_TITLE, DATE, KIND = "original_title", "date", "kind"
REMEDY = "Give a file that Letterboxd or IMDb exported: the zip as it came, or one of its .csv files."


@dataclass(frozen=True)
class ExportFormat:
    """One kind of file of a service. Column names are written as letters and digits only."""

    service: str
    step: float  # between two grades of the service's scale
    top: float  # its highest grade
    columns: Mapping[str, str]  # the schema's name of each column that is read
    required: tuple[str, ...]
    role: str = UNKNOWN_ROLE  # of rows without a rating

    @property
    def scale(self) -> str:
        """The grades it allows, as text."""
        return f"{self.step:g} to {self.top:g} in steps of {self.step:g}"


_LETTERBOXD = {"name": TITLE, "year": YEAR, "rating": GRADE, "date": DATE}
_LETTERBOXD_IMPORT = {"title": TITLE, "year": YEAR, "rating": GRADE}
_IMDB = {"title": TITLE, "originaltitle": ORIGINAL_TITLE, "year": YEAR, "titletype": KIND, "yourrating": GRADE}
_IMDB_2017 = {"title": TITLE, "year": YEAR, "yourated": GRADE, "created": DATE, "titletype": KIND}
FORMATS = (  # the first whose columns are all there
    ExportFormat("Letterboxd", 0.5, 5.0, _LETTERBOXD, ("name", "year", "rating", "watcheddate"), SEEN),  # diary.csv
    ExportFormat("Letterboxd", 0.5, 5.0, _LETTERBOXD, ("name", "year", "rating"), RATED),
    ExportFormat("IMDb", 1.0, 10.0, _IMDB_2017, ("title", "year", "yourated"), RATED),  # until 2017
    # A list of IMDb, such as the watchlist; it may also have the owner's ratings.
    ExportFormat("IMDb", 1.0, 10.0, _IMDB | {"created": DATE}, ("position", "const", "title", "year")),
    ExportFormat("IMDb", 1.0, 10.0, _IMDB | {"daterated": DATE}, ("title", "year", "yourrating"), RATED),
    # What Letterboxd imports, and this app writes: `letterboxd_csv`.
    ExportFormat("Letterboxd", 0.5, 5.0, _LETTERBOXD_IMPORT, ("title", "year", "rating"), SEEN),
    ExportFormat("Letterboxd", 0.5, 5.0, _LETTERBOXD, ("name", "year", "letterboxduri")),
    ExportFormat("Letterboxd", 0.5, 5.0, _LETTERBOXD_IMPORT, ("title", "year")),
)
_ROLE_IN_NAME = (  # the first pattern that occurs
    (re.compile("watch.?list|to.?watch|unwatched|unseen", re.IGNORECASE), SAVED),
    (re.compile("watched|seen", re.IGNORECASE), SEEN),
)


def normalised(column: str) -> str:
    """A column's name as letters and digits only: `Your Rating` is `yourrating`."""
    return re.sub(r"[^a-z0-9]", "", column.lower())


def format_of(file_name: str, header: Sequence[str]) -> ExportFormat:
    """The format of a file with this header. DataError for none, or for a column named twice."""
    names = [normalised(column) for column in header]
    for export_format in FORMATS:
        if set(export_format.required) <= set(names):
            _require_once(file_name, export_format.columns, names)
            return export_format
    raise DataError(
        f"{file_name} begins with {shown(','.join(header))}; expected the columns Name, Year and perhaps Rating "
        f"(Letterboxd) or Title, Year and Your Rating, once You rated (IMDb). {REMEDY}"
    )


def role_in_name(file_name: str) -> str:
    """What the movies of a file are by its name: `watchlist-maya.csv` has saved ones; `UNKNOWN_ROLE` for most names."""
    return next((role for pattern, role in _ROLE_IN_NAME if pattern.search(file_name)), UNKNOWN_ROLE)


def _require_once(file_name: str, columns: Collection[str], names: Sequence[str]) -> None:
    repeated = [name for name in columns if names.count(name) > 1]
    if repeated:
        raise DataError(f"{file_name} has the column {repeated[0]} twice. Keep one of them.")
