"""Feature ablation: trained on the same split with all feature extractors, then without one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from recsys.config import OPTIONAL_FEATURES, TrainingConfig
from recsys.data.splits import Split
from recsys.evaluation import COLUMNS, Report, paired_differences

ABLATION = "ablation"  # the split's name of an evaluation of this kind
CHANGE = "change"  # the model's name in rows that hold a difference
ALL_FEATURES, WITHOUT = "all features", "without "


def removable(config: TrainingConfig) -> list[str]:
    """The optional feature extractors that a configuration has."""
    return [name for name in OPTIONAL_FEATURES if name not in config.disabled]


def trainings(config: TrainingConfig, split: Split) -> list[tuple[TrainingConfig, Split]]:
    """The configuration, and it without each removable extractor, all on the same rows; the splits named after them."""
    ablated = [
        (replace(config, disabled_features=",".join([*config.disabled, name])), replace(split, name=f"{WITHOUT}{name}"))
        for name in removable(config)
    ]
    return [(config, replace(split, name=ALL_FEATURES)), *ablated]


def changes(reports: Sequence[Report]) -> pd.DataFrame:
    """How each report differs from the first.

    Parameters
    ----------
    reports : sequence of Report
        Of `trainings`, in their order.

    Returns
    -------
    DataFrame
        Columns of a report (`COLUMNS`), model `CHANGE`: `value` is the report's metric less that of the first,
        `low` to `high` its paired 95% interval over users and movies.
    """
    complete, *ablated = reports
    tables = [_change(complete, report) for report in ablated]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)] if tables else pd.DataFrame(columns=list(COLUMNS))


def _change(complete: Report, ablated: Report) -> pd.DataFrame:
    differences = paired_differences(complete.held_out, ablated.predicted(), complete.predicted(), complete.stars)
    overall = differences[differences["slice"] == "all"].rename(columns={"difference": "value"})
    return overall.assign(split=ablated.table["split"].iloc[0], model=CHANGE, n=np.int64(len(complete.held_out)))
