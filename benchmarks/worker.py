"""One model, one split, one seed, in a process of its own: `python -m benchmarks.worker FOLDER`.

FOLDER has order.json {model, seed, quick, data} and held_out.npy (bool per rating). said.npz gets what the model says
of the held-out rows, said.json its cut points, times and memory. The split comes as a file so that nobody's memory
holds the library that drew it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import BY_NAME, Answer, Fitted, Peer
from benchmarks.rows import cut_slice
from recsys.core.memory import peak_mb
from recsys.data import Dataset, load_dataset
from recsys.metrics import best_cuts
from recsys.schema import MOVIE, RATING, USER


def main(folder: Path) -> None:
    """Fit on all train rows, answer the test rows; then fit on 90 % of them to choose the cut points on the rest."""
    asked = json.loads((folder / "order.json").read_text(encoding="utf-8"))
    dataset, held = load_dataset(asked["data"]), np.load(folder / "held_out.npy")
    train, test = dataset.ratings[~held], dataset.ratings[held]
    peer, train_dataset = BY_NAME[asked["model"]], dataset.with_ratings(train)
    before = peak_mb()
    fitted, times = timed_fit(peer, train_dataset, asked)
    began = time.perf_counter()
    expected, probabilities = answer(fitted, dataset, test)
    times["predict_seconds"] = time.perf_counter() - began
    memory = {"peak_megabytes": peak_mb(), "megabytes_before": before}
    cuts = tuned_cuts(peer, train_dataset, asked)
    said = {"expected": expected} | ({} if probabilities is None else {"probabilities": probabilities})
    np.savez(folder / "said.npz", **said)
    record = {"cuts": cuts.tolist(), "train": len(train), "test": len(test)} | times | memory
    (folder / "said.json").write_text(json.dumps(record), encoding="utf-8")


def timed_fit(peer: Peer, dataset: Dataset, asked: dict[str, Any]) -> tuple[Fitted, dict[str, float]]:
    """The fitted peer, wall seconds and processor seconds; its libraries are imported before the clock starts."""
    fitter = peer.fitter()
    wall, processor = time.perf_counter(), time.process_time()
    fitted = fitter(dataset, asked["seed"], **peer.settings_for(asked["quick"]))
    return fitted, {
        "fit_seconds": time.perf_counter() - wall,
        "fit_processor_seconds": time.process_time() - processor,
    }


def answer(fitted: Fitted, dataset: Dataset, rows: Any) -> Answer:
    """What it says of the rows, knowing nothing but their pairs; expected ratings kept on the scale."""
    expected, probabilities = fitted(rows[[USER, MOVIE]])
    return np.clip(expected, dataset.stars[0], dataset.stars[-1]), probabilities


def tuned_cuts(peer: Peer, dataset: Dataset, asked: dict[str, Any]) -> np.ndarray:
    """Cut points that serve QWK best on train rows that this second fit has not seen."""
    ratings = dataset.ratings
    held = cut_slice(ratings)
    fitted, _ = timed_fit(peer, dataset.with_ratings(ratings[~held]), asked)
    expected, _ = answer(fitted, dataset, ratings[held])
    return best_cuts(ratings[held][RATING].to_numpy(), expected, dataset.stars)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
