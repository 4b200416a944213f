"""The model on later ratings, beside the random held-out ones: what to expect of it tomorrow."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from recsys.charts.layout import name as name_of
from recsys.evaluation import Report
from recsys.evaluation.split_comparison import GLOBAL_TIME, USER_LAST, split_comparison
from recsys.glossary import metric
from recsys.glossary.splits import SPLITS
from recsys.ui.common.stored_evaluations import split_tables

RANDOM_ONLY = (
    "These ratings were drawn at random, so the model knows what its users rated before and after. Ratings that come "
    "later are harder to predict."
)


def table(report: Report, manifest: Mapping[str, Any]) -> bool:
    """Draw the table; False, and nothing drawn, if no split by time is measured."""
    rows = _rows(report, manifest)
    splits, metrics = (list(dict.fromkeys(keys)) for keys in zip(*rows, strict=True)) if rows else ([], [])
    if len(splits) < 2:
        return False
    head = "".join(f'<th scope="col">{escape(metric(name).label)}</th>' for name in metrics)
    body = "".join(_row(split, [rows.get((split, name)) for name in metrics]) for split in splits)
    st.html(
        '<table class="later-ratings"><caption>In small: the strongest baseline on the same ratings</caption>'
        f'<thead><tr><th scope="col">Tested on</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
    return True


def sentence(report: Report, manifest: Mapping[str, Any]) -> str:
    """What that means for somebody who uses it tomorrow."""
    rows, clauses = _rows(report, manifest), []
    for split, words in (
        (USER_LAST, "your next ratings, once it knows you"),
        (GLOBAL_TIME, "the last ratings of all"),
    ):
        if row := rows.get((split, "accuracy")):
            baseline = f" (best baseline: {_written(row, 'baseline_value')})" if row["baseline"] else ""
            clauses.append(f"{_written(row, 'value')} of {words}{baseline}")
    return (
        f"Tomorrow is harder. Expect it to be exactly right for {', and for '.join(clauses)}."
        if clauses
        else RANDOM_ONLY
    )


def _rows(report: Report, manifest: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of the comparison by split and metric."""
    records = split_comparison(split_tables(report, manifest)).to_dict("records")
    return {(row["split"], row["metric"]): {str(key): value for key, value in row.items()} for row in records}


def _row(split: str, rows: list[dict[str, Any] | None]) -> str:
    title, note = SPLITS[split]
    cells = "".join(f"<td>{_cell(row) if row else '–'}</td>" for row in rows)
    return f'<tr><th scope="row">{escape(title)}<small>{escape(note)}</small></th>{cells}</tr>'


def _cell(row: dict[str, Any]) -> str:
    interval = f"95% interval {metric(row['metric']).write_interval(row['low'], row['high'])}"
    baseline = f"{name_of(row['baseline'])} {_written(row, 'baseline_value')}" if row["baseline"] else ""
    return f'<b title="{escape(interval)}">{escape(_written(row, "value"))}</b><small>{escape(baseline)}</small>'


def _written(row: dict[str, Any], column: str) -> str:
    return metric(row["metric"]).write(row[column])
