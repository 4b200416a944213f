"""What each feature extractor is worth: the preset trained again without it, on the same held-out rows.

    python benchmarks/ablation.py                     # every optional feature extractor, full preset
    python benchmarks/ablation.py --preset quick --without ease genre_pca

Prints and writes benchmarks/results/ablation.md and ablation.json: the change of each metric when an extractor is
disabled, with the paired 95% interval over users and movies. Predictions are cached under benchmarks/.kept until
the code of the model changes, so only what is missing is trained.
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
from benchmarks import result_files, run_cache
from recsys.config import OPTIONAL_FEATURES, PRESET_NAMES, PRESETS
from recsys.data import Dataset
from recsys.data.splits import stratified
from recsys.evaluation import paired_differences
from recsys.evaluation.baselines import Predictions
from recsys.schema import MOVIE, USER, probability_columns

METRIC_LABELS = {"accuracy": "accuracy", "macro_f1": "macro-F1", "log_loss": "log-loss", "rmse": "RMSE", "mae": "MAE"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train without each requested extractor, then write the table of all cached results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", choices=PRESET_NAMES, default="full")
    parser.add_argument("--without", nargs="*", default=list(OPTIONAL_FEATURES), choices=OPTIONAL_FEATURES)
    options = parser.parse_args(arguments)
    dataset, preset = recsys.load_dataset("ml-100k"), options.preset
    baseline = predictions(dataset, preset, "")
    held_out = dataset.ratings[stratified(dataset.ratings).test]
    differences = {}
    for extractor in (name for name in OPTIONAL_FEATURES if name not in PRESETS[preset].disabled):
        if extractor in options.without or cache_path(preset, extractor).exists():
            table = paired_differences(held_out, predictions(dataset, preset, extractor), baseline, dataset.stars)
            differences[extractor] = table[table["slice"] == "all"].set_index("metric").loc[list(METRIC_LABELS)]
    print(write(preset, differences))
    return 0


def cache_path(preset: str, extractor: str) -> Path:
    """The cache file with the held-out probabilities of the preset without one extractor ("": with all)."""
    return run_cache.folder() / f"ablation-{preset}-{extractor or 'all'}-{run_cache.source_digest()}.npy"


def predictions(dataset: Dataset, preset: str, extractor: str) -> Predictions:
    """Held-out predictions of the preset without one extractor, trained unless cached."""
    path = cache_path(preset, extractor)
    if not path.exists():
        split = stratified(dataset.ratings)
        disabled = ",".join(filter(None, [*PRESETS[preset].disabled, extractor]))
        train_part = dataset.with_ratings(dataset.ratings[split.train])
        model = recsys.train(train_part, preset, disabled_features=disabled)
        table = model.predict(dataset.ratings[split.test][[USER, MOVIE]])
        np.save(path, table[probability_columns(dataset.stars)].to_numpy())
    return Predictions.of_probabilities(np.load(path), dataset.stars)


def write(preset: str, differences: dict[str, pd.DataFrame]) -> str:
    """Write ablation.md and ablation.json; a difference whose interval excludes zero is bold."""
    rows = [
        [extractor, *(_cell(table.loc[metric]) for metric in METRIC_LABELS)] for extractor, table in differences.items()
    ]
    lines = [
        "# What each feature extractor is worth",
        "",
        f"The {preset} preset without the extractor, less the complete preset, on the held-out 20% of MovieLens 100K;",
        "written by `python benchmarks/ablation.py`. In brackets the paired 95% interval over users and movies;",
        "bold where it excludes zero. Extractors that are not listed, such as `damped_bias` and `gaussian_process`,",
        "cannot be disabled.",
        "",
        *result_files.markdown_table(["disabled", *METRIC_LABELS.values()], rows),
    ]
    columns = ["difference", "low", "high"]
    record = {extractor: table[columns].round(6).to_dict("index") for extractor, table in differences.items()}
    return result_files.write("ablation", lines, {"preset": preset, "disabled_features": record})


def _cell(row: Any) -> str:
    mark = "" if row["low"] <= 0 <= row["high"] else "**"
    return f"{mark}{row['difference']:+.4f}{mark} ({row['low']:+.4f} to {row['high']:+.4f})"


if __name__ == "__main__":
    sys.exit(main())
