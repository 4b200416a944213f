"""Matches titles from other services to the movies of a catalogue; where several fit, the visitor has to choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.title_keys import title_keys
from recsys.data.title_years import movie_year, title_year
from recsys.serving.filters import Titles
from recsys.visitor.nearest_titles import NearestTitles
from recsys.visitor.short_titles import TitleForms

MATCHED, AMBIGUOUS, UNKNOWN = "matched", "ambiguous", "unknown"
YEARS_APART = 1  # a festival and a release are often in two different years
SUGGESTIONS = 3
MAX_CHOICES = 20  # movies kept of one name: nobody could choose among more

Positions = list[int]  # in the catalogue


@dataclass(frozen=True)
class TitleQuery:
    """A movie as another service names it: its titles and perhaps its year."""

    titles: tuple[str, ...]
    year: int | None = None


@dataclass(frozen=True)
class Match:
    """Result of a query: the movie's id if matched, the choices if ambiguous, the nearest titles if unknown."""

    status: str
    movie_ids: tuple[int, ...] = ()


class NameIndex:
    """Positions of movies by a key of their names, and by key and year."""

    def __init__(self) -> None:
        self._by_key: dict[str, Positions] = {}
        self._by_year: dict[tuple[str, int | None], Positions] = {}

    def add(self, keys: Iterable[str], year: int | None, position: int) -> None:
        """Add a movie under its keys."""
        for key in keys:
            for positions in (self._by_key.setdefault(key, []), self._by_year.setdefault((key, year), [])):
                if len(positions) < MAX_CHOICES:
                    positions.append(position)

    def of_year(self, keys: Iterable[str], *years: int | None) -> Positions:
        """Movies of these years with one of these keys; the year None means movies without one."""
        return _distinct(position for key in keys for year in years for position in self._by_year.get((key, year), ()))

    def of_any_year(self, keys: Iterable[str]) -> Positions:
        """Movies with one of these keys."""
        return _distinct(position for key in keys for position in self._by_key.get(key, ()))


@dataclass(frozen=True)
class Matcher:
    """A catalogue ready to be searched by title. Entries of the same title count as its principal one."""

    catalogue: Catalogue
    exact: NameIndex  # by `TitleForms.exact`, and so on
    full: NameIndex
    short: NameIndex
    nearest: NearestTitles

    @classmethod
    def of(cls, catalogue: Catalogue, titles: Titles) -> Self:
        """Index every name of every title."""
        principal = np.flatnonzero(titles.principal == np.arange(len(catalogue))).tolist()
        exact, full, short = NameIndex(), NameIndex(), NameIndex()
        names: list[tuple[str, ...]] = [()] * len(catalogue)
        for position in principal:
            forms, year = TitleForms.of(catalogue.titles[position]), _year_at(catalogue, position)
            names[position] = forms.full
            exact.add(forms.exact, year, position)
            full.add(forms.full, year, position)
            short.add(forms.short, year, position)
        return cls(catalogue, exact, full, short, NearestTitles.of(names, catalogue.years))

    def match(self, queries: Iterable[TitleQuery]) -> list[Match]:
        """One match for each query, in their order."""
        searches = [(TitleForms.of(*query.titles), _year_of(query)) for query in queries]
        matches = [self._best_match(forms, year) for forms, year in searches]
        unknown = [row for row, match in enumerate(matches) if match.status == UNKNOWN]
        nearest = self.nearest.search([searches[row][0].full for row in unknown], [searches[row][1] for row in unknown])
        for row, similar in zip(unknown, nearest, strict=True):
            choices = _distinct([*self._same_name(*searches[row]), *similar])
            matches[row] = Match(UNKNOWN, self._ids(choices[:SUGGESTIONS]))
        return matches

    def is_movie(self, movie_id: int, title: str, year: float | None) -> bool:
        """Whether this id has that title and year in this catalogue, and is not another movie under the same id."""
        position = int(self.catalogue.positions(np.array([movie_id]))[0])
        if position < 0:
            return False
        catalogue_title, year = self.catalogue.titles[position], movie_year(title, year)
        same_title = not set(title_keys(title)).isdisjoint(title_keys(catalogue_title)) or title == catalogue_title
        return same_title and not self._other_year(position, year)

    def _other_year(self, position: int, year: float | None) -> bool:
        """Whether both years are known and too far apart."""
        return year is not None and bool(abs(self.catalogue.years[position] - year) > YEARS_APART)

    def _best_match(self, forms: TitleForms, year: int | None) -> Match:
        """The movie of the first rule that any movie meets; ambiguous if several meet it."""
        for positions in self._by_rule(forms, year):
            if positions:
                return Match(MATCHED if len(positions) == 1 else AMBIGUOUS, self._ids(positions))
        return Match(UNKNOWN)

    def _by_rule(self, forms: TitleForms, year: int | None) -> Iterator[Positions]:
        """Movies of the same full name; then without articles; then by a shorter name, or a year earlier or later."""
        if year is None:
            yield self.full.of_any_year(forms.full)
            return
        yield self.exact.of_year(forms.exact, year, None)
        yield self.full.of_year(forms.full, year, None)
        adjacent_year = self.exact.of_year(forms.exact, *range(year - YEARS_APART, year + YEARS_APART + 1))
        yield _distinct([*self.short.of_year(forms.full, year), *self.full.of_year(forms.short, year), *adjacent_year])

    def _same_name(self, forms: TitleForms, year: int | None) -> Positions:
        """Movies of the same or a shorter name in any year, those of about the same year first."""
        same, longer = self.full.of_any_year(forms.full), self.short.of_any_year(forms.full)
        positions = _distinct([*same, *longer, *self.full.of_any_year(forms.short)])
        return sorted(positions, key=lambda position: self._other_year(position, year))

    def _ids(self, positions: Sequence[int]) -> tuple[int, ...]:
        return tuple(int(self.catalogue.movie_ids[position]) for position in positions)


def _year_of(query: TitleQuery) -> int | None:
    """The year given beside the title, else the one in it."""
    years = (query.year, *map(title_year, query.titles))
    return next((int(year) for year in years if year is not None), None)


def _year_at(catalogue: Catalogue, position: int) -> int | None:
    year = catalogue.years[position]
    return int(year) if np.isfinite(year) else None


def _distinct(positions: Iterable[int]) -> Positions:
    return list(dict.fromkeys(positions))
