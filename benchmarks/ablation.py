"""What each signal is worth: the preset trained again without it, on the same held-out rows.

    python benchmarks/ablation.py                     # every signal that can be left out, full preset
    python benchmarks/ablation.py --preset quick --without choice genres

Prints and writes benchmarks/results/ablation.md and ablation.json: how much each metric changes when the signal is
left out, with the 95 % interval of a paired bootstrap over users. Trainings are kept under benchmarks/.kept until the
code of the model changes, so only what is missing is made.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import recsys
from benchmarks import kept, sheet
from recsys.config import OPTIONAL_FEATURES, PRESET_NAMES, PRESETS
from recsys.data import Dataset
from recsys.data.splits import stratified
from recsys.evaluation import paired_differences
from recsys.evaluation.baselines import Predictions
from recsys.schema import MOVIE, USER, probability_columns

SHOWN = {"accuracy": "accuracy", "macro_f1": "macro-F1", "log_loss": "log-loss", "rmse": "RMSE", "mae": "MAE"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train without each signal asked for, then write the table of all that is there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--preset", choices=PRESET_NAMES, default="full")
    parser.add_argument("--without", nargs="*", default=list(OPTIONAL_FEATURES), choices=OPTIONAL_FEATURES)
    asked = parser.parse_args(arguments)
    dataset, preset = recsys.load_dataset("ml-100k"), asked.preset
    whole = said(dataset, preset, "")
    held_out = dataset.ratings[stratified(dataset.ratings).test]
    differences = {}
    for extractor in (name for name in OPTIONAL_FEATURES if name not in PRESETS[preset].disabled):
        if extractor in asked.without or kept_at(preset, extractor).exists():
            table = paired_differences(held_out, said(dataset, preset, extractor), whole, dataset.stars)
            differences[extractor] = table[table["slice"] == "all"].set_index("metric").loc[list(SHOWN)]
    print(write(preset, differences))
    return 0


def kept_at(preset: str, extractor: str) -> Path:
    """Where the probabilities of the held-out rows are kept, of the preset without a signal."""
    return kept.home() / f"ablation-{preset}-{extractor or 'whole'}-{kept.our_source()}.npy"


def said(dataset: Dataset, preset: str, extractor: str) -> Predictions:
    """What the preset without a signal says of the held-out rows, trained unless it is kept."""
    path = kept_at(preset, extractor)
    if not path.exists():
        sides = stratified(dataset.ratings)
        without = ",".join(filter(None, [*PRESETS[preset].disabled, extractor]))
        model = recsys.train(dataset.with_ratings(dataset.ratings[sides.train]), preset, without=without)
        found = model.predict(dataset.ratings[sides.test][[USER, MOVIE]])
        np.save(path, found[probability_columns(dataset.stars)].to_numpy())
    return Predictions.of_probabilities(np.load(path), dataset.stars)


def write(preset: str, differences: dict[str, pd.DataFrame]) -> str:
    """ablation.md and ablation.json; an interval that excludes zero is bold."""
    rows = [[extractor, *(_cell(table.loc[metric]) for metric in SHOWN)] for extractor, table in differences.items()]
    lines = [
        "# What each signal is worth",
        "",
        f"The {preset} preset without the signal, less the whole of it, on the held-out 20 % of MovieLens 100K;",
        "written by `python benchmarks/ablation.py`. In brackets the 95 % interval of a paired bootstrap over users;",
        "bold where it excludes zero. Bias and taste are what the others build on and can't be left out.",
        "",
        *sheet.table(["without", *SHOWN.values()], rows),
    ]
    numbers = ["difference", "low", "high"]
    found = {extractor: table[numbers].round(6).to_dict("index") for extractor, table in differences.items()}
    return sheet.write("ablation", lines, {"preset": preset, "without": found})


def _cell(row: Any) -> str:
    mark = "" if row["low"] <= 0 <= row["high"] else "**"
    return f"{mark}{row['difference']:+.4f}{mark} ({row['low']:+.4f} to {row['high']:+.4f})"


if __name__ == "__main__":
    sys.exit(main())
