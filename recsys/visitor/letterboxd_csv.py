"""A visitor's movies as CSV files that Letterboxd imports: the ratings with the movies seen, and the watchlist.

Letterboxd matches a row by its title and year. So a title is written as it is displayed, and without the other names
that MovieLens adds in parentheses. A title that begins like a formula (`+1`) gets an apostrophe in front, as in every
CSV file of this app: a spreadsheet must not run it. Our own import drops the apostrophe; on Letterboxd, which shows
every match before it imports, such a movie may have to be matched by hand.

References
----------
https://letterboxd.com/about/importing-data/ (UTF-8; Title, Year, Rating from 0.5 to 5; at most 1 MB)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from recsys.core.csv_export import BYTE_ORDER_MARK, csv_bytes
from recsys.data.title_years import display_title
from recsys.schema import star_name
from recsys.visitor.profile import MovieRef, Profile
from recsys.visitor.scale import nearest_star

GRADES = tuple(half / 2 for half in range(1, 11))  # Letterboxd's scale
RATINGS_NAME, WATCHLIST_NAME = "letterboxd-ratings.csv", "letterboxd-watchlist.csv"
_OTHER_NAME = re.compile(r"(?<!\bor)(?<!\bOr)\s+\([^()]*\)$")  # but `Birdman or (The Unexpected Virtue of Ignorance)`


def ratings_csv(profile: Profile, stars: Sequence[float]) -> bytes:
    """The rated movies, then those seen without a rating: Title, Year, Rating.

    Stars of the scale `stars` go to the nearest of Letterboxd's `GRADES`.
    """
    grades = [star_name(nearest_star(rating.stars, stars[-1], GRADES)) for rating in profile.ratings]
    table = _table([*(rating.movie_ref for rating in profile.ratings), *profile.seen])
    return _bytes(table.assign(Rating=[*grades, *[""] * len(profile.seen)]))


def watchlist_csv(profile: Profile) -> bytes:
    """The saved movies: Title, Year."""
    return _bytes(_table(profile.saved))


def _table(movie_refs: Iterable[MovieRef]) -> pd.DataFrame:
    rows = [
        (_title(movie_ref.title), "" if movie_ref.year is None else str(movie_ref.year)) for movie_ref in movie_refs
    ]
    return pd.DataFrame(rows, columns=["Title", "Year"])


def _title(title: str) -> str:
    """`City of Lost Children, The (Cité des enfants perdus, La) (1995)` is `The City of Lost Children`."""
    return _OTHER_NAME.sub("", display_title(title))


def _bytes(table: pd.DataFrame) -> bytes:
    """Without a byte order mark, which an importer could take for a part of the first column's name."""
    return csv_bytes(table).removeprefix(BYTE_ORDER_MARK.encode())
