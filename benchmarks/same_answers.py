"""Does a change of the code leave all outputs as they were?

    git worktree add ../before COMMIT && python -m benchmarks.same_answers save ../before outputs.npz
    python -m benchmarks.same_answers compare outputs.npz

`save` runs the code of another folder, `compare` the code of this one. Both train on MovieLens 100K, quick and full,
seed 0, and call only the public API: predictions, lists of each ranker, explanations, a newcomer, an evaluation's
report. The numbers of an output are compared in their order; column names may differ.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from recsys import Recommender

REPOSITORY = Path(__file__).resolve().parents[1]
TOLERANCE = 1e-6
PRESETS = ("quick", "full")
RANKERS = ("personal", "expected", "popular")
NEW_COLUMNS = ("match",)
NEWCOMER = {50: 5, 181: 4, 286: 1, 1: 4}


def collect_outputs(presets: tuple[str, ...] = PRESETS) -> dict[str, np.ndarray]:
    """Every output as one float64 vector by name, and the processor seconds of each training."""
    import recsys

    dataset = recsys.load_dataset("ml-100k")
    outputs: dict[str, np.ndarray] = {}
    for preset in presets:
        began = time.process_time()
        recommender = recsys.train(dataset, preset=preset, seed=0)
        outputs[f"{preset} training: processor seconds"] = np.array([time.process_time() - began])
        outputs |= {f"{preset} {name}": values for name, values in _recommender_outputs(recommender).items()}
        report = recsys.evaluate(dataset, preset=preset, seed=0)
        outputs[f"{preset} report"] = _numbers(report.table)
        outputs[f"{preset} report: lists"] = _numbers(report.lists)
        outputs[f"{preset} report: held-out rows"] = _numbers(report.held_out)
        outputs[f"{preset} report: confusion matrix"] = report.confusion.ravel().astype(float)
    return outputs


def _recommender_outputs(recommender: Recommender) -> dict[str, np.ndarray]:
    users, movies = np.asarray(recommender.user_ids), np.asarray(recommender.catalogue.movie_ids)
    random = np.random.default_rng(0)
    pairs = pd.DataFrame({"user_id": random.choice(users, 5000), "movie_id": random.choice(movies, 5000)})
    outputs = {"predictions": _numbers(recommender.predict(pairs))}
    outputs["newcomer"] = _numbers(
        recommender.predict(movie_ids=movies[::10].tolist(), history=NEWCOMER, profile={"gender": "F", "age": 30})
    )
    for index, ranker in enumerate(RANKERS):
        lists = [recommender.recommend(int(user), ranker=ranker, n=20) for user in users[index::40]]
        outputs[f"lists, {ranker}"] = _numbers(pd.concat(lists))
    filters: dict[str, Any] = {"genres": ["Comedy"], "years": (1980, 1995), "popularity": 0.5, "diversity": 0.5}
    outputs["lists, filtered"] = _numbers(
        pd.concat(recommender.recommend(int(user), **filters) for user in users[::40])
    )
    explanations = [recommender.explain(int(user), movie_id=int(movie)) for user, movie in pairs.to_numpy()[:100]]
    outputs["reasons"] = np.array(
        [[each.expected, each.base, *each.contributions.values()] for each in explanations]
    ).ravel()
    return outputs


def _numbers(table: pd.DataFrame) -> np.ndarray:
    """The values of all numeric columns, column by column, but for those that older code did not have."""
    names = [name for name in table if name not in NEW_COLUMNS and pd.api.types.is_numeric_dtype(table[name])]
    columns = [table[name].to_numpy(float) for name in names]
    return np.concatenate(columns) if columns else np.zeros(0)


def compare(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> pd.DataFrame:
    """One row per output: count of numbers, largest difference, and whether the output is the same."""
    rows = []
    for name, old in before.items():
        new = after[name]
        comparable = old.shape == new.shape and bool(np.array_equal(np.isnan(old), np.isnan(new)))
        largest = float(np.nanmax(np.abs(old - new), initial=0.0)) if old.shape == new.shape else np.inf
        verdict = "yes" if comparable and largest <= TOLERANCE else "no"
        rows.append((name, old.size, largest, "measured" if "seconds" in name else verdict))
    return pd.DataFrame(rows, columns=["output", "numbers", "largest difference", "same"])


def main(verb: str, *arguments: str) -> int:
    """`save FOLDER FILE`, `compare FILE`, or `write FILE`, which saves the outputs of the imported code."""
    if verb == "write":
        outputs: dict[str, Any] = collect_outputs()  # Any: the stub takes an array for `allow_pickle`
        np.savez(arguments[0], **outputs)
        return 0
    if verb == "save":
        folder, file = Path(arguments[0]).resolve(), Path(arguments[1]).resolve()
        environment = os.environ | {"PYTHONPATH": str(folder)}
        return subprocess.run([sys.executable, __file__, "write", file], cwd=folder, env=environment).returncode
    with np.load(arguments[0]) as before:
        table = compare(dict(before), collect_outputs())
    print(table.to_string(index=False))
    return int((table["same"] == "no").any())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
