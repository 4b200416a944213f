"""Copies the result tables into the README, so that nobody types a figure: `python benchmarks/readme.py`.

A table section of the README begins with `<!-- results/FILE.md; HEADING; COLUMN | COLUMN -->` and ends with
`<!-- end -->`; it holds the first table under that heading of the file, with these columns (all, when none is named).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
README = REPOSITORY / "README.md"
SECTION = re.compile(
    r"(?P<begin><!-- results/(?P<file>[\w.]+); (?P<heading>[^;\n]+?)(; (?P<columns>[^\n]+?))? -->\n)"
    r".*?(?P<end><!-- end -->)",
    re.DOTALL,
)


def main() -> int:
    """Write the README with the present tables."""
    README.write_text(filled(README.read_text("utf-8")), "utf-8")
    return 0


def filled(text: str) -> str:
    """The text with the present result tables in all its sections."""
    return SECTION.sub(lambda section: section["begin"] + _table(section) + section["end"], text)


def _table(section: re.Match[str]) -> str:
    """The table of one section. Raises ValueError if the result file has no such heading."""
    lines = (REPOSITORY / "benchmarks" / "results" / section["file"]).read_text("utf-8").splitlines()
    headings = [number for number, line in enumerate(lines) if line.lstrip("# ") == section["heading"]]
    if not headings:
        raise ValueError(f"results/{section['file']} has no heading {section['heading']!r}")
    rows = [_cells(line) for line in _first_table(lines[headings[0] :])]
    names = section["columns"].split(" | ") if section["columns"] else rows[0]
    columns = [rows[0].index(name) for name in names]
    return "".join(f"| {' | '.join(row[column] for column in columns)} |\n" for row in rows)


def _first_table(lines: list[str]) -> list[str]:
    first = next(number for number, line in enumerate(lines) if line.startswith("|"))
    ends = (number for number in range(first, len(lines)) if not lines[number].startswith("|"))
    return lines[first : next(ends, len(lines))]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


if __name__ == "__main__":
    sys.exit(main())
