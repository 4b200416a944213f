"""Results kept between runs: one folder per (model, split, seed), named by everything that decides the result."""

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
OURS = (
    "recsys/config.py",
    "recsys/core/keyed_random.py",
    "recsys/core/blas.py",
    "recsys/data/catalogue.py",
    "recsys/data/interactions.py",
    "recsys/data/splits.py",
    "recsys/evaluation/baselines.py",
    "recsys/features/*.py",
    "recsys/models/*.py",
)  # what decides our predictions


@dataclass(frozen=True)
class Order:
    """One model to run on one split with one seed."""

    peer: Peer
    split: str
    seed: int
    quick: bool
    data: str = "ml-100k"

    def about(self, dataset: Dataset) -> dict[str, Any]:
        """Everything that decides the result."""
        about = {
            "model": self.peer.name,
            "split": self.split,
            "seed": self.seed,
            "settings": self.peer.settings_for(self.quick),
            "packages": versions(self.peer.packages),
            "data": dataset.fingerprint,
            "protocol": PROTOCOL,
        }
        return about | ({"source": our_source()} if self.peer.ours else {})

    def path(self, dataset: Dataset) -> Path:
        """Where its result is kept."""
        text = json.dumps(self.about(dataset), sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:12]
        return FOLDER / f"{self.peer.name}-{self.split}-{self.seed}-{key}"


def home() -> Path:
    """The folder of everything kept, made if need be, and ignored by git."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n", encoding="utf-8")
    return FOLDER


def is_kept(order: Order, dataset: Dataset) -> bool:
    """Whether this very run was made before."""
    return (order.path(dataset) / "said.json").exists()


def run(order: Order, dataset: Dataset, threads: int) -> None:
    """Make the run in a process of its own and keep what it says. RuntimeError with its last words if it fails."""
    folder = order.path(dataset)
    home()
    folder.mkdir(exist_ok=True)
    asked = {"model": order.peer.name, "seed": order.seed, "quick": order.quick, "data": order.data}
    (folder / "order.json").write_text(json.dumps(asked), encoding="utf-8")
    np.save(folder / "held_out.npy", held_out(dataset, order.split, order.seed))
    command = [sys.executable, "-m", "benchmarks.worker", str(folder)]
    limits = {"OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    with (folder / "log.txt").open("wb") as log:
        done = subprocess.run(command, cwd=REPOSITORY, env=os.environ | limits, stdout=log, stderr=log, check=False)
    if done.returncode:
        last = (folder / "log.txt").read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        raise RuntimeError(f"{order.peer.label} on {order.split}, seed {order.seed}, failed: " + " / ".join(last))


def read(order: Order, dataset: Dataset) -> Run:
    """The kept result with the rows it is about."""
    folder = order.path(dataset)
    costs = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    test = dataset.ratings[np.load(folder / "held_out.npy")]
    with np.load(folder / "said.npz") as said:
        expected, probabilities = said["expected"], said.get("probabilities")
    cuts = np.array(costs.pop("cuts"))
    return Run(order.peer.name, order.split, order.seed, test, expected, probabilities, cuts, costs)


def versions(packages: tuple[str, ...]) -> Mapping[str, str]:
    """Installed versions; xgboost may be installed under its name without GPU code."""
    return {name: _version(name) or _version(f"{name}-cpu") or "missing" for name in packages}


def our_source(patterns: tuple[str, ...] = OURS) -> str:
    """A digest of the code behind our own predictions, or of other files of this repository."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(REPOSITORY.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
