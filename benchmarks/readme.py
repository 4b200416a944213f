"""Puts the results' tables into the README, so that nobody types a figure: `python benchmarks/readme.py`.

A place in the README begins with `<!-- results/FILE.md; HEADING; COLUMN | COLUMN -->` and ends with `<!-- end -->`; it
gets the first table under that heading of the file, with these columns (all, when none is named).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = REPOSITORY / "README.md"
PLACE = re.compile(
    r"(?P<begin><!-- results/(?P<file>[\w.]+); (?P<heading>[^;\n]+?)(; (?P<columns>[^\n]+?))? -->\n)"
    r".*?(?P<end><!-- end -->)",
    re.DOTALL,
)


def main() -> int:
    """Write the README anew."""
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
    return 0


def filled(text: str) -> str:
    """The text with what the results say now in every place."""
    return PLACE.sub(lambda found: found["begin"] + _table(found) + found["end"], text)


def _table(found: re.Match[str]) -> str:
    """The lines of the table that a place asks for. Raises ValueError when there is none such."""
    lines = (REPOSITORY / "benchmarks" / "results" / found["file"]).read_text("utf-8").splitlines()
    heads = [number for number, line in enumerate(lines) if line.lstrip("# ") == found["heading"]]
    if not heads:
        raise ValueError(f"results/{found['file']} has no heading {found['heading']!r}")
    rows = [_cells(line) for line in _first_table(lines[heads[0] :])]
    wanted = found["columns"].split(" | ") if found["columns"] else rows[0]
    places = [rows[0].index(name) for name in wanted]
    return "".join(f"| {' | '.join(row[place] for place in places)} |\n" for row in rows)


def _first_table(lines: list[str]) -> list[str]:
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    more = (number for number in range(first, len(lines)) if not lines[number].startswith("|"))
    return lines[first : next(more, len(lines))]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


if __name__ == "__main__":
    sys.exit(main())
