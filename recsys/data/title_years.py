"""Titles as MovieLens writes them, `Godfather, The (1972)`: the year at the end, the article after a comma."""

from __future__ import annotations

import re

ARTICLES = ("The", "A", "An", "Le", "La", "Les", "L'", "Il", "El", "Los", "Las", "Das", "Der", "Die", "Un", "Une")
_ARTICLE = re.compile(rf"^(?P<name>.+), (?P<article>{'|'.join(ARTICLES)})(?P<suffix>\s*\(.*)?$")
# `(1995)`, `(1995) (V)`, and of a series `(2006–2007)` or `(2006- )`: its first year.
_YEAR = re.compile(r"\((?P<year>(?:18[7-9]|19\d|20\d)\d)(?:\s?[-–]\s?(?:\d{4})?)?\)(?:\s{0,3}\((?:V|TV)\))?$")
_YEAR_WIDTH = 24  # characters at the end of a title that are searched, so that a long title takes no longer


def display_title(title: str) -> str:
    """The title without its year, the article in front: `Godfather, The (1972)` becomes `The Godfather`."""
    year = _year_at_end(title)
    name = title[: year.start()].rstrip() if year else title
    match = _ARTICLE.match(name)
    if not match:
        return name or title
    space = "" if match["article"].endswith("'") else " "
    return f"{match['article']}{space}{match['name']}{match['suffix'] or ''}"


def title_year(title: str) -> int | None:
    """The year in the title's last parenthesis, or None."""
    year = _year_at_end(title)
    return int(year["year"]) if year else None


def movie_year(title: str, otherwise: float | None = None) -> float | None:
    """The year in the title, which a re-release does not change, or `otherwise`."""
    return title_year(title) or otherwise


def with_year(name: str, year: float | None) -> str:
    """A display title and its year: `The Godfather (1972)`; only the title if the year is None or NaN."""
    return name if year is None or year != year else f"{name} ({year:.0f})"


def _year_at_end(title: str) -> re.Match[str] | None:
    end = len(title.rstrip())
    return _YEAR.search(title[:end], max(0, end - _YEAR_WIDTH))
