"""What each signal is worth: trained on the same split with all of them, then without one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from recsys.config import OPTIONAL_FEATURES, TrainingConfig
from recsys.data.splits import Split
from recsys.evaluation import COLUMNS, Report, paired_differences

ABLATION = "ablation"  # the split's name of an evaluation of this kind
CHANGE = "change"  # the model's name in rows that tell a difference
WHOLE, WITHOUT = "all signals", "without "


def removable(config: TrainingConfig) -> list[str]:
    """The optional signals that this recipe has."""
    return [name for name in OPTIONAL_FEATURES if name not in config.disabled]


def trainings(config: TrainingConfig, split: Split) -> list[tuple[TrainingConfig, Split]]:
    """The whole recipe and it without each removable signal, all on the same rows, the splits named after them."""
    fewer = [
        (replace(config, disabled_features=",".join([*config.disabled, name])), replace(split, name=f"{WITHOUT}{name}"))
        for name in removable(config)
    ]
    return [(config, replace(split, name=WHOLE)), *fewer]


def changes(reports: Sequence[Report], seed: int = 0) -> pd.DataFrame:
    """How each report differs from the first: rows of a report (`COLUMNS`) whose model is `CHANGE`.

    `value` is the report's metric less that of the first, `low` to `high` its paired 95 % interval over users.
    """
    whole, *fewer = reports
    tables = [_change(whole, one, seed) for one in fewer]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)] if tables else pd.DataFrame(columns=list(COLUMNS))


def _change(whole: Report, one: Report, seed: int) -> pd.DataFrame:
    found = paired_differences(whole.held_out, one.predicted(), whole.predicted(), whole.stars, seed)
    found = found[found["slice"] == "all"].rename(columns={"difference": "value"})
    return found.assign(split=one.table["split"].iloc[0], model=CHANGE, n=np.int64(len(whole.held_out)))
