"""Does a change of the code leave every answer as it was?

    git worktree add ../before COMMIT && python -m benchmarks.same_answers save ../before answers.npz
    python -m benchmarks.same_answers compare answers.npz

`save` runs the code of another folder, `compare` that of this one. Both train on MovieLens 100K, quick and full,
seed 0, and ask the public verbs alone: predictions, lists by each ranker, reasons, a newcomer, an evaluation's report.
The figures of an answer are compared in their order, whatever its columns are called.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[1]
TOLERANCE = 1e-6
PRESETS = ("quick", "full")
RANKERS = ("personal", "expected", "popular")
NEWCOMER = {50: 5, 181: 4, 286: 1, 1: 4}


def answers(presets: tuple[str, ...] = PRESETS) -> dict[str, np.ndarray]:
    """Every answer as one vector of figures, and the seconds and peak megabytes of each training."""
    import recsys

    dataset = recsys.load_dataset("ml-100k")
    found: dict[str, np.ndarray] = {}
    for preset in presets:
        began = time.process_time()
        recommender = recsys.train(dataset, preset=preset, seed=0)
        found[f"{preset} training: processor seconds"] = np.array([time.process_time() - began])
        found |= {f"{preset} {name}": value for name, value in _asked(recommender).items()}
        report = recsys.evaluate(dataset, preset=preset, seed=0)
        found[f"{preset} report"] = _figures(report.table)
        found[f"{preset} report: lists"] = _figures(report.lists)
        found[f"{preset} report: held-out rows"] = _figures(report.held_out)
        found[f"{preset} report: confusion matrix"] = report.confusion.ravel().astype(float)
    return found


def _asked(recommender) -> dict[str, np.ndarray]:
    users, movies = np.asarray(recommender.user_ids), np.asarray(recommender.catalogue.movie_ids)
    draw = np.random.default_rng(0)
    pairs = pd.DataFrame({"user_id": draw.choice(users, 5000), "movie_id": draw.choice(movies, 5000)})
    found = {"predictions": _figures(recommender.predict(pairs))}
    found["newcomer"] = _figures(
        recommender.predict(movie_ids=movies[::10].tolist(), history=NEWCOMER, profile={"gender": "F", "age": 30})
    )
    for place, ranker in enumerate(RANKERS):
        lists = [recommender.recommend(int(user), ranker=ranker, n=20) for user in users[place::40]]
        found[f"lists, {ranker}"] = _figures(pd.concat(lists))
    filtered = {"genres": ["Comedy"], "years": (1980, 1995), "popularity": 0.5, "diversity": 0.5}
    found["lists, filtered"] = _figures(pd.concat(recommender.recommend(int(user), **filtered) for user in users[::40]))
    reasons = [recommender.explain(int(user), movie_id=int(movie)) for user, movie in pairs.to_numpy()[:100]]
    found["reasons"] = np.array([[why.expected, why.base, *why.contributions.values()] for why in reasons]).ravel()
    return found


def _figures(table: pd.DataFrame) -> np.ndarray:
    numbers = [table[name].to_numpy(float) for name in table if pd.api.types.is_numeric_dtype(table[name])]
    return np.concatenate(numbers) if numbers else np.zeros(0)


def compare(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> pd.DataFrame:
    """One row an answer: figures, largest difference, and whether it is the same."""
    rows = []
    for name, old in before.items():
        new = after[name]
        measured = "seconds" in name
        alike = old.shape == new.shape
        largest = float(np.nanmax(np.abs(old - new), initial=0.0)) if alike else np.inf
        alike = alike and bool(np.array_equal(np.isnan(old), np.isnan(new)))
        rows.append(
            (name, old.size, largest, "measured" if measured else "yes" if alike and largest <= TOLERANCE else "no")
        )
    return pd.DataFrame(rows, columns=["answer", "figures", "largest difference", "same"])


def main(verb: str, *arguments: str) -> int:
    """`save FOLDER FILE`, `compare FILE`, or `answer FILE`, which writes those of the code that is imported."""
    if verb == "answer":
        np.savez(arguments[0], **answers())
        return 0
    if verb == "save":
        folder, file = Path(arguments[0]).resolve(), Path(arguments[1]).resolve()
        environment = os.environ | {"PYTHONPATH": str(folder)}
        return subprocess.run([sys.executable, __file__, "answer", file], cwd=folder, env=environment).returncode
    with np.load(arguments[0]) as before:
        table = compare(dict(before), answers())
    print(table.to_string(index=False))
    return int((table["same"] == "no").any())


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
