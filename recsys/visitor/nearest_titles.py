"""The most similar titles of a catalogue by shared letter triples: choices where no title is the same.

Not `rapidfuzz`: it compares a title with every other, while the rarest triples of a title keep the work for it the same
in a catalogue of any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

MOST = 3
YEAR_WEIGHT = 0.15  # added to the cosine of letter triples where the year is right or beside it
LEAST_ALIKE = 0.55  # of that sum
BLOCK = 250  # titles compared at a time
# A title is searched by its rarest triples: so the work for one does not grow with the catalogue.
RAREST, MOST_COMMON = 10, 2000
COMPARED = 30  # movies that share most of those; of these all triples are counted


@dataclass(frozen=True)
class NearestTitles:
    """A catalogue's names as rows of letter triples; a movie without names is never the nearest."""

    columns: dict[str, int]  # letter triples
    triples: sparse.csr_array  # float32 (movies, triples), rows of length one
    movies: sparse.csr_array  # the same transposed
    years: np.ndarray  # float64 (movies,), NaN when unknown

    @classmethod
    def of(cls, names: Sequence[Sequence[str]], years: np.ndarray) -> Self:
        """Index the names of each movie."""
        columns: dict[str, int] = {}
        for triple in (each for keys in names for key in keys for each in _triples(key)):
            columns.setdefault(triple, len(columns))
        triples = _matrix(names, columns)
        return cls(columns, triples, triples.T.tocsr(), years)

    def search(self, names: Sequence[Sequence[str]], years: Sequence[float | None]) -> list[list[int]]:
        """For each movie sought, given by its names and perhaps its year, up to `MOST` positions, best first."""
        nearest: list[list[int]] = []
        for low in range(0, len(names), BLOCK):
            sought = _matrix(names[low : low + BLOCK], self.columns)
            compared = list(self._compared(sought))
            rows, positions = np.repeat(np.arange(len(compared)), [*map(len, compared)]), np.concatenate(compared)
            cosines = sought[rows].multiply(self.triples[positions]).sum(axis=1)
            ends = np.cumsum([*map(len, compared)])[:-1]
            found = zip(compared, np.split(cosines, ends), years[low : low + BLOCK], strict=True)
            nearest += [self._best(*one) for one in found]
        return nearest

    def _compared(self, sought: sparse.csr_array) -> Iterator[np.ndarray]:
        """For each row the positions of the movies that share most of its rarest triples."""
        frequency = np.diff(self.movies.indptr)[sought.indices]
        rows = np.repeat(np.arange(sought.shape[0]), np.diff(sought.indptr))
        order = np.lexsort((frequency, rows))
        order = order[np.arange(len(order)) - sought.indptr[rows] < RAREST]
        order = order[frequency[order] <= MOST_COMMON]
        ones = np.ones(len(order), np.float32)
        shared = sparse.csr_array((ones, (rows[order], sought.indices[order])), sought.shape) @ self.movies
        for low, high in zip(shared.indptr[:-1], shared.indptr[1:], strict=True):
            positions, weights = shared.indices[low:high], shared.data[low:high]
            if len(positions) > COMPARED:
                positions = positions[np.argpartition(-weights, COMPARED)[:COMPARED]]
            yield np.sort(positions)

    def _best(self, positions: np.ndarray, cosines: np.ndarray, year: float | None) -> list[int]:
        near = np.abs(self.years[positions] - (np.nan if year is None else year)) <= 1
        likeness = cosines + YEAR_WEIGHT * near
        order = np.argsort(-likeness, kind="stable")[:MOST]
        return positions[order[likeness[order] >= LEAST_ALIKE]].tolist()


def _triples(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> sparse.csr_array:
    """Which letter triples each row's names have, as rows of length one, float32 (rows, triples)."""
    owned = [[columns.get(triple, -1) for triple in set().union(*map(_triples, keys))] for keys in rows]
    known = [sorted(column for column in row if column >= 0) for row in owned]
    lengths, counts = np.array([*map(len, owned)], float), np.array([*map(len, known)], int)
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), counts).astype(np.float32)
    flat = np.array([column for row in known for column in row], np.int32)
    return sparse.csr_array((values, flat, np.cumsum([0, *counts])), (len(rows), len(columns)))
