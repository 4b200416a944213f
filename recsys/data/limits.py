"""How much of a foreign dataset is read: it depends on the kind of user, and is counted while reading."""

from __future__ import annotations

from dataclasses import dataclass, replace

from recsys.errors import DataError

LONGEST_LINE = 2**20  # bytes; also the most characters of one quoted field
MEGABYTE = 2**20


@dataclass(frozen=True)
class ReadLimits:
    """Most bytes of all files together, packed and unpacked; most rows and columns of one table."""

    packed: int
    unpacked: int
    rows: int  # of ratings
    others: int  # rows of movies and of users, which are text and need more memory
    columns: int
    parquet: bool = False  # a few bytes can decode to any number of rows, so only for trusted files

    def __str__(self) -> str:
        size = f"{self.packed // MEGABYTE:,} MB, and {self.unpacked // MEGABYTE:,} MB unpacked"
        rows = f"{self.rows:,} ratings of {self.others:,} movies by {self.others:,} users"
        return f"{size}: up to {rows}, in tables of {self.columns:,} columns"

    def of(self, kind: str) -> ReadLimits:
        """The limits of one table: `ratings`, `movies` or `users`."""
        return self if kind == "ratings" else replace(self, rows=self.others)

    def require_columns(self, name: str, count: int) -> None:
        """Raise DataError for a table with too many columns."""
        if count > self.columns:
            maximum = f"at most {self.columns:,} are read"
            raise DataError(f"{name} has {count:,} columns; {maximum}. Keep those that are needed.")


# Reading needs up to three times the unpacked bytes in memory. A visitor's file is read by the server of all visitors:
# MovieLens 1M (25 MB) fits, on a host of 690 MB too.
VISITOR = ReadLimits(30 * MEGABYTE, 60 * MEGABYTE, 2_000_000, 100_000, 100)
OWNER = ReadLimits(100 * MEGABYTE, 400 * MEGABYTE, 20_000_000, 500_000, 100)  # MovieLens 10M
# The larger MovieLens, 25M and 32M: on the command line the engineer decides about the memory.
COMMAND_LINE = ReadLimits(4096 * MEGABYTE, 4096 * MEGABYTE, 200_000_000, 10_000_000, 1000, parquet=True)
