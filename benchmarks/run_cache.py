"""Cached runs: one folder per (model, split, seed), named by a digest of everything that decides the result."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import Peer
from benchmarks.rows import held_out
from benchmarks.scoring import Run
from recsys.data import Dataset

REPOSITORY = Path(__file__).resolve().parent.parent
FOLDER = REPOSITORY / "benchmarks" / ".kept"
PROTOCOL = 2  # raise it when the rows, the cut points or what is measured change
MODEL_SOURCE = (
    "recsys/config/*.py",
    "recsys/core/keyed_random.py",
    "recsys/core/blas.py",
    "recsys/data/catalogue.py",
    "recsys/data/interactions.py",
    "recsys/data/splits.py",
    "recsys/evaluation/baselines.py",
    "recsys/features/*.py",
    "recsys/models/*.py",
)  # what decides our predictions
PEER_SOURCE = ("benchmarks/peers/*.py",)


@dataclass(frozen=True)
class RunSpec:
    """One model to run on one split with one seed."""

    peer: Peer
    split: str
    seed: int
    quick: bool
    data: str = "ml-100k"

    def key(self, dataset: Dataset) -> dict[str, Any]:
        """Everything that decides the result."""
        key = {
            "model": self.peer.name,
            "split": self.split,
            "seed": self.seed,
            "settings": self.peer.settings_for(self.quick),
            "packages": versions(self.peer.packages),
            "data": dataset.fingerprint,
            "protocol": PROTOCOL,
        }
        return key | {"source": source_digest(MODEL_SOURCE if self.peer.ours else PEER_SOURCE)}

    def path(self, dataset: Dataset) -> Path:
        """The folder of the cached result."""
        text = json.dumps(self.key(dataset), sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        return FOLDER / f"{self.peer.name}-{self.split}-{self.seed}-{digest}"


def folder() -> Path:
    """The cache folder, created if missing and ignored by git."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    return FOLDER


def is_cached(spec: RunSpec, dataset: Dataset) -> bool:
    """Whether the cache has this very run."""
    return (spec.path(dataset) / "costs.json").exists()


def run(spec: RunSpec, dataset: Dataset, threads: int) -> None:
    """Make the run in a process of its own and cache its result.

    Raises RuntimeError with the last lines of the log if the run fails.
    """
    run_folder = spec.path(dataset)
    folder()
    run_folder.mkdir(exist_ok=True)
    options = {"model": spec.peer.name, "seed": spec.seed, "quick": spec.quick, "data": spec.data}
    (run_folder / "run.json").write_text(json.dumps(options), encoding="utf-8")
    np.save(run_folder / "held_out.npy", held_out(dataset, spec.split, spec.seed))
    command = [sys.executable, "-m", "benchmarks.worker", str(run_folder)]
    limits = {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    with (run_folder / "log.txt").open("wb") as log:
        process = subprocess.run(command, cwd=REPOSITORY, env=os.environ | limits, stdout=log, stderr=log, check=False)
    if process.returncode:
        last_lines = (run_folder / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise RuntimeError(f"{spec.peer.label} on {spec.split}, seed {spec.seed}, failed: " + " / ".join(last_lines))


def read(spec: RunSpec, dataset: Dataset) -> Run:
    """The cached result with its held-out rows."""
    run_folder = spec.path(dataset)
    costs = json.loads((run_folder / "costs.json").read_text(encoding="utf-8"))
    test = dataset.ratings[np.load(run_folder / "held_out.npy")]
    with np.load(run_folder / "predictions.npz") as arrays:
        expected, probabilities = arrays["expected"], arrays.get("probabilities")
    cuts = np.array(costs.pop("cuts"))
    return Run(spec.peer.name, spec.split, spec.seed, test, expected, probabilities, cuts, costs)


def versions(packages: tuple[str, ...]) -> Mapping[str, str]:
    """Installed versions; xgboost may be installed under its name without GPU code."""
    return {name: _version(name) or _version(f"{name}-cpu") or "missing" for name in packages}


def source_digest(patterns: tuple[str, ...] = MODEL_SOURCE) -> str:
    """A digest of the code behind our own predictions, or of other files of this repository.

    Raises FileNotFoundError for a pattern without a file: a moved module would no longer count.
    """
    digest = hashlib.sha256()
    for pattern in patterns:
        if not (paths := sorted(REPOSITORY.glob(pattern))):
            raise FileNotFoundError(f"no file of this repository matches {pattern}")
        for path in paths:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
