"""Serialization of a report: to the files of a bundle and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from recsys.core import strict_json
from recsys.core.array_spec import ArraySpec, only
from recsys.core.json_shape import Fields, require_shape
from recsys.core.serialization import checked_columns, columns, from_npz, json_bytes, to_npz
from recsys.evaluation import AUDIT_COLUMNS, COLUMNS, CURVE_COLUMNS, TRADE_OFF_COLUMNS, Report
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.feature_sample import FeatureSample
from recsys.evaluation.reports import ABOUT_ROWS, DIFFERENCE_COLUMNS, LIST_COLUMNS
from recsys.schema import RATING, probability_columns

REPORT, HELD_OUT, BASELINES, LISTS = "report.json", "held_out.npz", "baselines.npz", "lists.npz"
REPORT_FILES = (REPORT, HELD_OUT, BASELINES, LISTS)
TABLES = {  # fields of a report that are tidy tables
    "table": COLUMNS,
    "trade_off_curve": TRADE_OFF_COLUMNS,
    "curve": CURVE_COLUMNS,
    "audit": AUDIT_COLUMNS,
}
NUMBERS = {"value", "low", "high", "difference"}  # columns that may be NaN
SAMPLE_SPECS = {  # of the feature sample, which reports did not always have
    "sample.rows": ArraySpec("int64", ("samples",), index_of="rows"),
    "sample.matrix": ArraySpec("float32", ("samples", "features"), unknown=True),
}
TYPES = {  # of the tables' columns; every other column is text
    **dict.fromkeys(NUMBERS, (float, int, None)),
    **dict.fromkeys(("n", "round", "found", "of"), int),
    **dict.fromkeys(("popularity", "diversity"), float),
    "passed": bool,
}


def files_of(report: Report | None) -> dict[str, bytes]:
    """The contents of `REPORT_FILES`, by file name; those of an empty report for None."""
    empty = pd.DataFrame()
    report = report or Report(empty, np.zeros((0, 0), np.int64), empty)
    tables = {name: columns(getattr(report, name)) for name in TABLES}
    return {
        REPORT: json_bytes(tables | {"confusion": report.confusion.tolist()}),
        HELD_OUT: to_npz(_held_out_arrays(report)),
        BASELINES: to_npz(_baseline_arrays(report.baselines)),
        LISTS: to_npz({str(name): values.to_numpy(np.int32) for name, values in report.lists.items()}),
    }


def report_of(contents: Mapping[str, bytes], stars: tuple[float, ...], features: int) -> Report | None:
    """The inverse of `files_of`.

    Parameters
    ----------
    contents : mapping of str to bytes
        The contents of `REPORT_FILES`, by file name.
    stars : tuple of float
        Star values of the model, ascending.
    features : int
        Number of the model's features.

    Returns
    -------
    Report or None
        None for a model without a report.

    Raises
    ------
    ValueError, KeyError, TypeError
        The contents are not what `files_of` writes.
    """
    value = strict_json.parse(contents[REPORT], limited=False)
    require_shape(value, Fields({**dict.fromkeys(TABLES, dict), "confusion": [[int]]}), REPORT)
    arrays = {name: from_npz(contents[name]) for name in (HELD_OUT, BASELINES, LISTS)}
    if not value["table"]:
        return None
    sample_arrays = {name: arrays[HELD_OUT].pop(name) for name in SAMPLE_SPECS if name in arrays[HELD_OUT]}
    held_out, sizes = _held_out(arrays[HELD_OUT], stars), {"stars": len(stars)}
    confusion, lists = np.array(value["confusion"], np.int64), _lists(arrays[LISTS])
    ArraySpec("int64", ("stars", "stars")).require("confusion", confusion, sizes)
    return Report(
        confusion=confusion,
        held_out=held_out,
        baselines=_baselines(arrays[BASELINES], sizes | {"rows": len(held_out)}),
        lists=lists,
        feature_sample=_sample(sample_arrays, {"features": features, "rows": len(held_out)}),
        **{name: _table(value[name], name) for name in TABLES},
    )


def _table(value: Any, name: str) -> pd.DataFrame:
    """One of `TABLES`; `NUMBERS` are float64 in an empty table too."""
    if name == "trade_off_curve" and not set(DIFFERENCE_COLUMNS) & value.keys():  # from before there were differences
        value = value | {column: [None] * len(value.get("value", ())) for column in DIFFERENCE_COLUMNS}
    shapes = {column: TYPES.get(column, str) for column in TABLES[name]}
    frame = pd.DataFrame(checked_columns(value, shapes, name))
    return frame.astype(dict.fromkeys(NUMBERS & shapes.keys(), np.float64))


def _held_out(arrays: Mapping[str, np.ndarray], stars: tuple[float, ...]) -> pd.DataFrame:
    row_specs = {name: ArraySpec("float64" if name == RATING else "int64", ("rows",)) for name in ABOUT_ROWS}
    specs = {name: spec for name, spec in row_specs.items() if name in arrays or name in ABOUT_ROWS[:3]}
    specs |= dict.fromkeys(probability_columns(stars), ArraySpec("float64", ("rows",)))
    return pd.DataFrame(only(specs, arrays, {}))


def _held_out_arrays(report: Report) -> dict[str, np.ndarray]:
    """The columns of the held-out rows by name, and the feature sample if there is one."""
    columns = {str(name): values.to_numpy() for name, values in report.held_out.items()}
    sample = report.feature_sample
    return columns if sample is None else columns | dict(zip(SAMPLE_SPECS, (sample.rows, sample.matrix), strict=True))


def _sample(arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> FeatureSample | None:
    """The feature sample; None for a report from before it existed."""
    return FeatureSample(*only(SAMPLE_SPECS, arrays, sizes).values()) if arrays else None


def _lists(arrays: Mapping[str, np.ndarray]) -> pd.DataFrame:
    specs: dict[str, ArraySpec] = {name: ArraySpec("int32", ("rows",)) for name in (LIST_COLUMNS if arrays else ())}
    return pd.DataFrame(only(specs, arrays, {}), columns=list(LIST_COLUMNS)).astype(np.int64)


def _baseline_arrays(baselines: Mapping[str, Predictions]) -> dict[str, np.ndarray]:
    """The baselines' predictions as `name.field`."""
    return {
        f"{name}.{field}": array
        for name, predictions in baselines.items()
        for field, array in vars(predictions).items()
        if array is not None
    }


def _baselines(arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> dict[str, Predictions]:
    """The inverse of `_baseline_arrays`."""
    fields_by_name: dict[str, dict[str, np.ndarray]] = {}
    for key, array in arrays.items():
        name, _, field = key.rpartition(".")
        fields_by_name.setdefault(name, {})[field] = array
    return {name: _predictions(fields, sizes) for name, fields in fields_by_name.items()}


def _predictions(arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Predictions:
    shapes: dict[str, tuple[str | int, ...]] = {"rating": ("rows",), "expected": ("rows",)}
    if "probabilities" in arrays:
        shapes["probabilities"] = ("rows", "stars")
    specs = {name: ArraySpec("float64", shape) for name, shape in shapes.items()}
    checked = only(specs, arrays, sizes)
    return Predictions(checked["rating"], checked["expected"], checked.get("probabilities"))
