"""The models of the comparison and their settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

# Expected ratings, float64 (pairs,), and probabilities, float64 (pairs, stars), or None.
PeerPredictions = tuple[np.ndarray, np.ndarray | None]
FittedPeer = Callable[[pd.DataFrame], PeerPredictions]  # of pairs (user_id, movie_id)


@dataclass(frozen=True)
class Peer:
    """One model of the comparison: `module:function` is called with (dataset, seed, **settings)."""

    name: str
    label: str
    fit: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    quick: Mapping[str, Any] = field(default_factory=dict)  # what --quick changes
    packages: tuple[str, ...] = ()  # a cached result is valid for one version of these
    ours: bool = False

    def fit_function(self) -> Callable[..., FittedPeer]:
        """The function that fits this peer, imported only now: no peer pays for the libraries of the others."""
        module, _, function = self.fit.partition(":")
        return getattr(import_module(f"benchmarks.peers.{module}"), function)

    def settings_for(self, quick: bool) -> dict[str, Any]:
        """The settings of a full or of a quick run."""
        return {**self.settings, **(self.quick if quick else {})}


TREES = {
    "rounds": 150,
    "depth": 5,
    "learning_rate": 0.1,
    "subsample": 0.8,
    "colsample": 0.6,
    "min_child_weight": 10,
    "l2": 2.0,
    "folds": 5,
    "cold_start_fraction": 0.15,
}
LEAVES = {
    "rounds": 300,
    "learning_rate": 0.04,
    "num_leaves": 31,
    "min_child_samples": 50,
    "subsample": 0.8,
    "colsample": 0.5,
    "l2": 5.0,
    "folds": 5,
    "cold_start_fraction": 0.15,
}
GIBBS = {"rank": 10, "iterations": 512, "kept_samples": 500}
SURPRISE = ("scikit-surprise",)
PEARSON = {"name": "pearson_baseline", "user_based": False, "shrinkage": 100}

PEERS = (
    Peer("quick", "this project, quick", "ours:train", {"preset": "quick"}, packages=("xgboost",), ours=True),
    Peer("full", "this project, full", "ours:train", {"preset": "full"}, packages=("xgboost",), ours=True),
    Peer("majority", "majority", "plain:majority"),
    Peer("bias", "damped bias", "plain:bias", {"damping": 5.0, "iterations": 10}),
    Peer("original", "original model, leak-free", "original:learn", TREES, {"rounds": 20}, ("xgboost",)),
    Peer("svdpp", "Surprise SVD++", "surprise_peers:svdpp", {"cache_ratings": True}, {"n_epochs": 2}, SURPRISE),
    Peer("knn", "Surprise KNNBaseline", "surprise_peers:knn", {"k": 40, "sim_options": PEARSON}, {}, SURPRISE),
    Peer("lightgbm", "LightGBM, plain features", "lightgbm_peer:learn", LEAVES, {"rounds": 30}, ("lightgbm",)),
    Peer("myfm", "myFM regressor", "myfm_peers:regressor", GIBBS, {"iterations": 30, "kept_samples": 20}, ("myfm",)),
    Peer(
        "probit", "myFM ordered probit", "myfm_peers:probit", GIBBS, {"iterations": 30, "kept_samples": 20}, ("myfm",)
    ),
)
BY_NAME = {peer.name: peer for peer in PEERS}
