"""A report as the files of a bundle, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from recsys.core import strict_json
from recsys.core.array_spec import ArraySpec, only
from recsys.core.json_shape import Fields, require_shape
from recsys.core.serialization import checked_columns, columns, from_npz, json_bytes, to_npz
from recsys.evaluation import AUDIT_COLUMNS, COLUMNS, CURVE_COLUMNS, TRADE_OFF_COLUMNS, Report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.reports import ABOUT_ROWS, LIST_COLUMNS
from recsys.schema import RATING, probability_columns

REPORT, HELD_OUT, BASELINES, LISTS = "report.json", "held_out.npz", "baselines.npz", "lists.npz"
REPORT_FILES = (REPORT, HELD_OUT, BASELINES, LISTS)
TABLES = {  # the report's fields that are tidy tables
    "table": COLUMNS,
    "trade_off_curve": TRADE_OFF_COLUMNS,
    "curve": CURVE_COLUMNS,
    "audit": AUDIT_COLUMNS,
}
FIGURES = {"value", "low", "high"}  # columns that may be NaN
TYPES = {  # of the tables' columns; those that are not here hold text
    **dict.fromkeys(FIGURES, (float, int, None)),
    **dict.fromkeys(("n", "round", "found", "of"), int),
    **dict.fromkeys(("popularity", "diversity"), float),
    "passed": bool,
}


def files_of(report: Report | None) -> dict[str, bytes]:
    """The contents of `REPORT_FILES`, those of an empty report where there is none."""
    empty = pd.DataFrame()
    report = report or Report(empty, np.zeros((0, 0), np.int64), empty)
    tables = {name: columns(getattr(report, name)) for name in TABLES}
    return {
        REPORT: json_bytes(tables | {"confusion": report.confusion.tolist()}),
        HELD_OUT: to_npz({name: report.held_out[name].to_numpy() for name in report.held_out}),
        BASELINES: to_npz(_by_name(report.baselines)),
        LISTS: to_npz({name: report.lists[name].to_numpy(np.int32) for name in report.lists}),
    }


def report_of(contents: Mapping[str, bytes], stars: tuple[float, ...]) -> Report | None:
    """The report of these files of a model that knows these stars; None for a model that came without one.

    Raises ValueError, KeyError or TypeError unless they are what `files_of` writes.
    """
    value = strict_json.parse(contents[REPORT], limited=False)
    require_shape(value, Fields({**dict.fromkeys(TABLES, dict), "confusion": [[int]]}), REPORT)
    arrays = {name: from_npz(contents[name]) for name in (HELD_OUT, BASELINES, LISTS)}
    if not value["table"]:
        return None
    rows, sizes = _held_out(arrays[HELD_OUT], stars), {"stars": len(stars)}
    confusion, lists = np.array(value["confusion"], np.int64), _lists(arrays[LISTS])
    ArraySpec("int64", ("stars", "stars")).require("confusion", confusion, sizes)
    return Report(
        confusion=confusion,
        held_out=rows,
        baselines=_predicted(arrays[BASELINES], sizes | {"rows": len(rows)}),
        lists=lists,
        **{name: _table(value[name], name) for name in TABLES},
    )


def _table(value: Any, name: str) -> pd.DataFrame:
    """One of `TABLES`; the columns of figures are float64 in an empty one too."""
    shapes = {column: TYPES.get(column, str) for column in TABLES[name]}
    frame = pd.DataFrame(checked_columns(value, shapes, name))
    return frame.astype(dict.fromkeys(FIGURES & shapes.keys(), np.float64))


def _held_out(arrays: Mapping[str, np.ndarray], stars: tuple[float, ...]) -> pd.DataFrame:
    known = {name: ArraySpec("float64" if name == RATING else "int64", ("rows",)) for name in ABOUT_ROWS}
    specs = {name: spec for name, spec in known.items() if name in arrays or name in ABOUT_ROWS[:3]}
    specs |= dict.fromkeys(probability_columns(stars), ArraySpec("float64", ("rows",)))
    return pd.DataFrame(only(specs, arrays, {}))


def _lists(arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    specs = dict.fromkeys(LIST_COLUMNS if arrays else (), ArraySpec("int32", ("rows",)))
    return pd.DataFrame(only(specs, arrays, {}), columns=list(LIST_COLUMNS)).astype(np.int64)


def _by_name(said: Mapping[str, Predictions]) -> dict[str, np.ndarray]:
    """What predictors said as `name.field`."""
    return {
        f"{name}.{field}": array
        for name, one in said.items()
        for field, array in vars(one).items()
        if array is not None
    }


def _predicted(arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> dict[str, Predictions]:
    said: dict[str, dict[str, np.ndarray]] = {}
    for name in arrays:
        model, _, field = name.rpartition(".")
        said.setdefault(model, {})[field] = arrays[name]
    return {model: _one(parts, sizes) for model, parts in said.items()}


def _one(parts: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Predictions:
    shapes = {"decided": ("rows",), "expected": ("rows",), "probabilities": ("rows", "stars")}
    names = [field.name for field in fields(Predictions) if field.name != "probabilities" or field.name in parts]
    specs = {name: ArraySpec("float64", shapes[name]) for name in names}
    return Predictions(**{"probabilities": None} | only(specs, parts, sizes))
