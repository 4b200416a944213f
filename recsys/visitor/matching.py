"""Finds the movies of a catalogue that titles from elsewhere mean, or says that a person must choose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.data.titles import title_keys
from recsys.schema import movie_year, title_year
from recsys.serving.filters import Titles
from recsys.visitor.nearest_titles import NearestTitles
from recsys.visitor.short_titles import TitleForms

MATCHED, AMBIGUOUS, UNKNOWN = "matched", "ambiguous", "unknown"
YEARS_APART = 1  # a festival and a release are often in two different years
SUGGESTIONS = 3
MOST_CHOICES = 20  # movies kept of one name: of more, nobody could choose

Places = list[int]  # positions in the catalogue


@dataclass(frozen=True)
class TitleQuery:
    """A movie as somebody else names it."""

    titles: tuple[str, ...]
    year: int | None = None


@dataclass(frozen=True)
class Match:
    """What was found: the movie's id if matched, the choices if ambiguous, the nearest titles if unknown."""

    status: str
    movie_ids: tuple[int, ...] = ()


class NameIndex:
    """Positions of movies by a key of their names, and by key and year."""

    def __init__(self) -> None:
        self._by_key: dict[str, Places] = {}
        self._by_year: dict[tuple[str, int | None], Places] = {}

    def add(self, keys: Iterable[str], year: int | None, position: int) -> None:
        """A movie with its keys."""
        for key in keys:
            for places in (self._by_key.setdefault(key, []), self._by_year.setdefault((key, year), [])):
                if len(places) < MOST_CHOICES:
                    places.append(position)

    def of_year(self, keys: Iterable[str], *years: int | None) -> Places:
        """Movies of these years with one of these keys; the year None has those without one."""
        return _distinct(place for key in keys for year in years for place in self._by_year.get((key, year), ()))

    def of_any_year(self, keys: Iterable[str]) -> Places:
        """Movies with one of these keys."""
        return _distinct(place for key in keys for place in self._by_key.get(key, ()))


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
        for place in principal:
            forms, year = TitleForms.of(catalogue.titles[place]), _year_at(catalogue, place)
            names[place] = forms.full
            exact.add(forms.exact, year, place)
            full.add(forms.full, year, place)
            short.add(forms.short, year, place)
        return cls(catalogue, exact, full, short, NearestTitles.of(names, catalogue.years))

    def match(self, sought: Iterable[TitleQuery]) -> list[Match]:
        """One match for each, in their order."""
        wanted = [(TitleForms.of(*one.titles), _year_of(one)) for one in sought]
        matches = [self._fitting(forms, year) for forms, year in wanted]
        unknown = [row for row, match in enumerate(matches) if match.status == UNKNOWN]
        nearest = self.nearest.search([wanted[row][0].full for row in unknown], [wanted[row][1] for row in unknown])
        for row, alike in zip(unknown, nearest, strict=True):
            choices = _distinct([*self._likely(*wanted[row]), *alike])
            matches[row] = Match(UNKNOWN, self._ids(choices[:SUGGESTIONS]))
        return matches

    def is_movie(self, movie_id: int, title: str, year: float | None) -> bool:
        """Whether this id is that movie in this catalogue, and not another one under the same number."""
        position = int(self.catalogue.positions(np.array([movie_id]))[0])
        if position < 0:
            return False
        own, year = self.catalogue.titles[position], movie_year(title, year)
        alike = not set(title_keys(title)).isdisjoint(title_keys(own)) or title == own
        return alike and not self._differs(position, year)

    def _differs(self, position: int, year: float | None) -> bool:
        """Whether both years are known and too far apart."""
        return year is not None and bool(abs(self.catalogue.years[position] - year) > YEARS_APART)

    def _fitting(self, forms: TitleForms, year: int | None) -> Match:
        """The only movie that fits, by the surest kind of likeness that any has; of several a person must choose."""
        for places in self._kinds(forms, year):
            if places:
                return Match(MATCHED if len(places) == 1 else AMBIGUOUS, self._ids(places))
        return Match(UNKNOWN)

    def _kinds(self, forms: TitleForms, year: int | None) -> Iterator[Places]:
        """Movies of the same full name; then without articles; then by a shorter name, or a year earlier or later."""
        if year is None:
            yield self.full.of_any_year(forms.full)
            return
        yield self.exact.of_year(forms.exact, year, None)
        yield self.full.of_year(forms.full, year, None)
        beside = self.exact.of_year(forms.exact, *range(year - YEARS_APART, year + YEARS_APART + 1))
        yield _distinct([*self.short.of_year(forms.full, year), *self.full.of_year(forms.short, year), *beside])

    def _likely(self, forms: TitleForms, year: int | None) -> Places:
        """Movies of a fitting name that differ in the year, those of about the same year first."""
        same, longer = self.full.of_any_year(forms.full), self.short.of_any_year(forms.full)
        places = _distinct([*same, *longer, *self.full.of_any_year(forms.short)])
        return sorted(places, key=lambda place: self._differs(place, year))

    def _ids(self, positions: Sequence[int]) -> tuple[int, ...]:
        return tuple(int(self.catalogue.movie_ids[place]) for place in positions)


def _year_of(sought: TitleQuery) -> int | None:
    """The year that somebody gives beside the title, else in it."""
    years = (sought.year, *map(title_year, sought.titles))
    return next((int(year) for year in years if year is not None), None)


def _year_at(catalogue: Catalogue, position: int) -> int | None:
    year = catalogue.years[position]
    return int(year) if np.isfinite(year) else None


def _distinct(places: Iterable[int]) -> Places:
    return list(dict.fromkeys(places))
