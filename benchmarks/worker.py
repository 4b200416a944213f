"""One model, one split, one seed, in a process of its own: `python -m benchmarks.worker FOLDER`.

FOLDER has run.json {model, seed, quick, data} and held_out.npy (bool per rating). The worker writes predictions.npz
(expected ratings and probabilities of the held-out rows) and costs.json (cut points, times, memory). The split comes as
a file so that no worker's memory holds the library that drew it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peers import BY_NAME, FittedPeer, Peer, PeerPredictions
from benchmarks.rows import cut_slice
from recsys.core.memory import peak_mb
from recsys.data import Dataset, load_dataset
from recsys.metrics import best_cuts
from recsys.schema import MOVIE, RATING, USER


def main(folder: Path) -> None:
    """Fit on all train rows and predict the test rows; then fit on 90% of the train rows to tune the cut points."""
    options = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    dataset, is_test = load_dataset(options["data"]), np.load(folder / "held_out.npy")
    train, test = dataset.ratings[~is_test], dataset.ratings[is_test]
    peer, train_dataset = BY_NAME[options["model"]], dataset.with_ratings(train)
    memory_before = peak_mb()
    fitted, times = timed_fit(peer, train_dataset, options)
    began = time.perf_counter()
    expected, probabilities = predict(fitted, dataset, test)
    times["predict_seconds"] = time.perf_counter() - began
    memory = {"peak_megabytes": peak_mb(), "megabytes_before": memory_before}
    cuts = tuned_cuts(peer, train_dataset, options)
    if probabilities is None:
        np.savez(folder / "predictions.npz", expected=expected)
    else:
        np.savez(folder / "predictions.npz", expected=expected, probabilities=probabilities)
    record = {"cuts": cuts.tolist(), "train": len(train), "test": len(test)} | times | memory
    (folder / "costs.json").write_text(json.dumps(record), encoding="utf-8")


def timed_fit(peer: Peer, dataset: Dataset, options: dict[str, Any]) -> tuple[FittedPeer, dict[str, float]]:
    """The fitted peer, wall seconds and processor seconds; its libraries are imported before the clock starts."""
    fit = peer.fit_function()
    wall, processor = time.perf_counter(), time.process_time()
    fitted = fit(dataset, options["seed"], **peer.settings_for(options["quick"]))
    return fitted, {
        "fit_seconds": time.perf_counter() - wall,
        "fit_processor_seconds": time.process_time() - processor,
    }


def predict(fitted: FittedPeer, dataset: Dataset, rows: pd.DataFrame) -> PeerPredictions:
    """Predictions of the rows from their ids alone; expected ratings are clipped to the scale."""
    expected, probabilities = fitted(rows[[USER, MOVIE]])
    return np.clip(expected, dataset.stars[0], dataset.stars[-1]), probabilities


def tuned_cuts(peer: Peer, dataset: Dataset, options: dict[str, Any]) -> np.ndarray:
    """The cut points with the best QWK on train rows that this second fit has not seen."""
    ratings = dataset.ratings
    is_cut_row = cut_slice(ratings)
    fitted, _ = timed_fit(peer, dataset.with_ratings(ratings[~is_cut_row]), options)
    expected, _ = predict(fitted, dataset, ratings[is_cut_row])
    return best_cuts(ratings[is_cut_row][RATING].to_numpy(), expected, dataset.stars)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
