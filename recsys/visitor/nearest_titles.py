"""The most similar titles of a catalogue by shared character trigrams: suggestions where no title is the same.

Not `rapidfuzz`: it compares a title with every other, while a search by its rarest trigrams takes the same time in a
catalogue of any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

MAX_NEAREST = 3
YEAR_WEIGHT = 0.15  # added to the cosine of trigrams where the year is the same or adjacent
MIN_SIMILARITY = 0.55  # of that sum
BLOCK = 250  # titles compared at a time
# A title is searched by its rarest trigrams: so the work for one does not grow with the catalogue.
RAREST, MAX_FREQUENCY = 10, 2000
CANDIDATES = 30  # movies that share most of those; their cosine is of all trigrams


@dataclass(frozen=True)
class NearestTitles:
    """A catalogue's names as trigram vectors; a movie without names is never the nearest."""

    columns: dict[str, int]  # by trigram
    trigrams: sparse.csr_array  # float32 (movies, trigrams), rows of length one
    movies: sparse.csr_array  # the same transposed
    years: np.ndarray  # float64 (movies,), NaN when unknown

    @classmethod
    def of(cls, names: Sequence[Sequence[str]], years: np.ndarray) -> Self:
        """Index the names of each movie."""
        columns: dict[str, int] = {}
        for trigram in (trigram for keys in names for key in keys for trigram in _trigrams(key)):
            columns.setdefault(trigram, len(columns))
        trigrams = _matrix(names, columns)
        return cls(columns, trigrams, trigrams.T.tocsr(), years)

    def search(self, names: Sequence[Sequence[str]], years: Sequence[float | None]) -> list[list[int]]:
        """For each query, given by its names and perhaps its year, up to `MAX_NEAREST` positions, best first."""
        nearest: list[list[int]] = []
        for low in range(0, len(names), BLOCK):
            queries = _matrix(names[low : low + BLOCK], self.columns)
            candidates = list(self._candidates(queries))
            counts = [*map(len, candidates)]
            rows, positions = np.repeat(np.arange(len(candidates)), counts), np.concatenate(candidates)
            cosines = queries[rows].multiply(self.trigrams[positions]).sum(axis=1)
            by_query = np.split(cosines, np.cumsum(counts)[:-1])
            nearest += [
                self._best(*query) for query in zip(candidates, by_query, years[low : low + BLOCK], strict=True)
            ]
        return nearest

    def _candidates(self, queries: sparse.csr_array) -> Iterator[np.ndarray]:
        """For each query the positions of the movies that share most of its rarest trigrams."""
        frequency = np.diff(self.movies.indptr)[queries.indices]
        rows = np.repeat(np.arange(len(queries.indptr) - 1), np.diff(queries.indptr))
        order = np.lexsort((frequency, rows))
        order = order[np.arange(len(order)) - np.asarray(queries.indptr)[rows] < RAREST]
        order = order[frequency[order] <= MAX_FREQUENCY]
        ones = np.ones(len(order), np.float32)
        rarest = sparse.csr_array((ones, (rows[order], queries.indices[order])), queries.shape)
        shared = sparse.csr_array(rarest @ self.movies)
        for low, high in zip(shared.indptr[:-1], shared.indptr[1:], strict=True):
            positions, weights = shared.indices[low:high], shared.data[low:high]
            if len(positions) > CANDIDATES:
                positions = positions[np.argpartition(np.negative(weights), CANDIDATES)[:CANDIDATES]]
            yield np.sort(positions)

    def _best(self, positions: np.ndarray, cosines: np.ndarray, year: float | None) -> list[int]:
        same_year = np.abs(self.years[positions] - (np.nan if year is None else year)) <= 1
        similarity = cosines + YEAR_WEIGHT * same_year
        order = np.argsort(-similarity, kind="stable")[:MAX_NEAREST]
        return positions[order[similarity[order] >= MIN_SIMILARITY]].tolist()


def _trigrams(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> sparse.csr_array:
    """The trigrams of each row's names, as rows of length one, float32 (rows, trigrams)."""
    by_row = [[columns.get(trigram, -1) for trigram in set().union(*map(_trigrams, keys))] for keys in rows]
    indexed = [sorted(column for column in row if column >= 0) for row in by_row]
    lengths, counts = np.array([*map(len, by_row)], float), np.array([*map(len, indexed)], int)
    values = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), counts).astype(np.float32)
    indices = np.array([column for row in indexed for column in row], np.int32)
    return sparse.csr_array((values, indices, np.cumsum([0, *counts])), (len(rows), len(columns)))
