"""A report as the files of a bundle, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pandas as pd

from recsys.evaluation import AUDIT_COLUMNS, COLUMNS, CURVE_COLUMNS, PRICE_COLUMNS, Report
from recsys.evaluation.baselines import Predicted
from recsys.packing import columns, json_bytes, npz, unpacked

REPORT, HELD_OUT, BASELINES, LISTS = "report.json", "held_out.npz", "baselines.npz", "lists.npz"
REPORT_FILES = (REPORT, HELD_OUT, BASELINES, LISTS)
TABLES = {  # the report's fields that are tidy tables
    "table": COLUMNS,
    "prices": PRICE_COLUMNS,
    "curve": CURVE_COLUMNS,
    "audit": AUDIT_COLUMNS,
}
FIGURES = {"value", "low", "high"}  # columns that may be NaN


def files_of(report: Report | None) -> dict[str, bytes]:
    """The contents of `REPORT_FILES`, those of an empty report where there is none."""
    empty = pd.DataFrame()
    report = report or Report(empty, np.zeros((0, 0), np.int64), empty)
    tables = {name: columns(getattr(report, name)) for name in TABLES}
    return {
        REPORT: json_bytes(tables | {"confusion": report.confusion.tolist()}),
        HELD_OUT: npz({name: report.held_out[name].to_numpy() for name in report.held_out}),
        BASELINES: npz(_by_name(report.baselines)),
        LISTS: npz({name: report.lists[name].to_numpy(np.int32) for name in report.lists}),
    }


def report_of(contents: Mapping[str, bytes]) -> Report | None:
    """The report of these files; None for a model that came without one."""
    told = json.loads(contents[REPORT])
    if not told["table"]:
        return None
    tables = {
        name: pd.DataFrame(told[name])[list(names)].astype(dict.fromkeys(FIGURES & set(names), np.float64))
        for name, names in TABLES.items()
    }
    return Report(
        confusion=np.array(told["confusion"]),
        held_out=pd.DataFrame(unpacked(contents[HELD_OUT])),
        baselines=_predicted(unpacked(contents[BASELINES])),
        lists=pd.DataFrame(unpacked(contents[LISTS])).astype(np.int64),
        **tables,
    )


def _by_name(said: Mapping[str, Predicted]) -> dict[str, np.ndarray]:
    """What predictors said as `name.field`."""
    return {
        f"{name}.{field}": array
        for name, one in said.items()
        for field, array in vars(one).items()
        if array is not None
    }


def _predicted(arrays: Mapping[str, np.ndarray]) -> dict[str, Predicted]:
    names = dict.fromkeys(name.rpartition(".")[0] for name in arrays)
    return {
        name: Predicted(arrays[f"{name}.decided"], arrays[f"{name}.expected"], arrays.get(f"{name}.probabilities"))
        for name in names
    }
