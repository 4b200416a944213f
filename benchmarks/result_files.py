"""The files of one measurement under benchmarks/results/: NAME.json for programs, NAME.md for readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "results"


def write(name: str, lines: Sequence[str], record: Any) -> str:
    """Write NAME.json and NAME.md.

    Parameters
    ----------
    name : the file name without its suffix.
    lines : lines of Markdown, without line ends.
    record : JSON-able content of NAME.json.

    Returns
    -------
    The text of NAME.md.
    """
    text = "\n".join(lines) + "\n"
    (FOLDER / f"{name}.json").write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")
    return text


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """The lines of a Markdown table."""
    return [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows)]


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"
