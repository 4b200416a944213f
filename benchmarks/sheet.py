"""What a measurement leaves behind: NAME.json for programs and NAME.md for people, under benchmarks/results/."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"


def write(name: str, lines: Sequence[str], found: Any) -> str:
    """Write both files and return the page: lines of Markdown with their ends."""
    page = "\n".join(lines) + "\n"
    (FOLDER / f"{name}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (FOLDER / f"{name}.md").write_text(page, encoding="utf-8")
    return page


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The lines of a Markdown table."""
    return [_line(head), _line(["---"] * len(head)), *(_line(row) for row in rows)]


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
