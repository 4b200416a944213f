"""Finds the movies of a catalogue that titles from elsewhere mean: spelling put aside, the year within one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from recsys.catalogue import Catalogue
from recsys.ranking.candidates import Titles
from recsys.schema import title_year
from recsys.titles import title_keys

MATCHED, AMBIGUOUS, UNKNOWN = "matched", "ambiguous", "unknown"
YEARS_APART = 1  # a festival and a release are often in two different years
SUGGESTIONS = 3
YEAR_WEIGHT = 0.15  # added to the cosine of letter triples where the year fits
LEAST_ALIKE = 0.55  # of that sum, for a suggestion
BLOCK = 500  # titles compared at a time


@dataclass(frozen=True)
class Sought:
    """A movie as somebody else names it."""

    titles: tuple[str, ...]
    year: int | None = None


@dataclass(frozen=True)
class Match:
    """What was found: the movie's id if matched, the choices if ambiguous, the nearest titles if unknown."""

    status: str
    movie_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Matcher:
    """A catalogue ready to be searched by title. Entries of the same title count as its principal one."""

    catalogue: Catalogue
    principal: np.ndarray  # int64 (movies,)
    by_key: dict[str, tuple[int, ...]]  # positions of principal entries
    columns: dict[str, int]  # letter triples
    triples: sparse.csr_array  # (movies, triples), rows of length one; only principal entries have any

    @classmethod
    def of(cls, catalogue: Catalogue, titles: Titles) -> Self:
        """Index every name of every title."""
        by_key: dict[str, tuple[int, ...]] = {}
        names = [title_keys(title) for title in catalogue.titles]
        own = (titles.principal == np.arange(len(catalogue))).tolist()
        for position, keys in enumerate(names):
            for key in keys if own[position] else ():
                by_key[key] = (*by_key.get(key, ()), position)
        columns: dict[str, int] = {}
        for triple in (each for keys in names for key in keys for each in _triples(key)):
            columns.setdefault(triple, len(columns))
        rows = [keys if own[position] else () for position, keys in enumerate(names)]
        return cls(catalogue, titles.principal, by_key, columns, _matrix(rows, columns))

    def match(self, sought: Iterable[Sought]) -> list[Match]:
        """One match for each, in their order."""
        asked = list(sought)
        found = [self._exact(one) for one in asked]
        lost = [place for place, match in enumerate(found) if match.status == UNKNOWN]
        for low in range(0, len(lost), BLOCK):
            block = lost[low : low + BLOCK]
            for place, nearest in zip(block, self._nearest([asked[each] for each in block]), strict=True):
                found[place] = Match(UNKNOWN, nearest)
        return found

    def is_movie(self, movie_id: int, title: str, year: float | None) -> bool:
        """Whether this id is that movie in this catalogue, and not another one under the same number."""
        position = int(self.catalogue.positions(np.array([movie_id]))[0])
        if position < 0:
            return False
        own = self.catalogue.titles[position]
        alike = not set(title_keys(title)).isdisjoint(title_keys(own)) or title == own
        return alike and self._apart(position, year) <= YEARS_APART

    def _exact(self, sought: Sought) -> Match:
        keys = dict.fromkeys(key for title in sought.titles for key in title_keys(title))
        places = dict.fromkeys(place for key in keys for place in self.by_key.get(key, ()))
        near = [place for place in places if self._apart(place, sought.year) <= YEARS_APART]
        same = [place for place in near if self._apart(place, sought.year) == 0]
        chosen = same if len(same) == 1 and sought.year is not None else near
        status = (UNKNOWN, MATCHED)[len(chosen)] if len(chosen) < 2 else AMBIGUOUS
        return Match(status, self._ids(chosen))

    def _apart(self, position: int, year: float | None) -> float:
        """Years between a given year and the movie's release or its title's year, whichever is nearer; 0 if unknown.

        A re-release has the date of its day in the cinema, the title that of its making; exports know the latter.
        """
        own = self._own_years(position)
        return 0.0 if year is None or not own else min(abs(each - year) for each in own)

    def _own_years(self, position: int) -> list[float]:
        released, titled = float(self.catalogue.years[position]), title_year(self.catalogue.titles[position])
        return [each for each in (released, titled) if each is not None and not np.isnan(each)]

    def _nearest(self, sought: Sequence[Sought]) -> list[tuple[int, ...]]:
        """The most alike titles by shared letter triples, best first, those of fitting years preferred."""
        keys = [tuple(key for title in one.titles for key in title_keys(title)) for one in sought]
        alike = (_matrix(keys, self.columns) @ self.triples.T).toarray()
        found = []
        for one, row in zip(sought, alike, strict=True):
            fits = np.abs(self.catalogue.years - (one.year or np.nan)) <= YEARS_APART
            value = row + YEAR_WEIGHT * fits
            best = np.argsort(-value, kind="stable")[:SUGGESTIONS]
            found.append(self._ids([place for place in best.tolist() if value[place] >= LEAST_ALIKE]))
        return found

    def _ids(self, positions: Sequence[int]) -> tuple[int, ...]:
        return tuple(int(self.catalogue.movie_ids[place]) for place in positions)


def _triples(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> sparse.csr_array:
    """Which letter triples each row's names have, as rows of length one, (rows, triples)."""
    found = [[columns.get(triple, -1) for triple in set().union(*map(_triples, keys))] for keys in rows]
    lengths = [len(row) for row in found]
    inner = [[column for column in row if column >= 0] for row in found]
    values = [1 / np.sqrt(length) for row, length in zip(inner, lengths, strict=True) for _ in row]
    start = np.cumsum([0, *(len(row) for row in inner)])
    flat = [column for row in inner for column in row]
    return sparse.csr_array((np.array(values), np.array(flat, np.int32), start), (len(rows), len(columns)))
