"""Ways of turning the same features into stars, on the same held-out rows: why the shipped one is shipped.

    python benchmarks/variants.py                     # the full preset's features, stratified split

Compares the linear start alone, trees alone, trees from the linear start (shipped), an ordinal chain of binary trees
(is it at or over each level; Frank and Hall 2001, doi 10.1007/3-540-44795-4_13), and the shipped one with its
probabilities calibrated by a temperature fitted on a tenth of the training rows. Writes benchmarks/results/variants.md
and variants.json.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pandas as pd
import xgboost

import recsys
from benchmarks import sheet
from recsys.config import TrainingConfig
from recsys.core.keyed_random import uniform
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.data.splits import stratified
from recsys.evaluation import report
from recsys.evaluation.baselines import Predictions
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.cross_fitting import TrainingRows, crossfit
from recsys.models.star_model import StarModel

SHOWN = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "log_loss": "log-loss",
    "rmse": "RMSE",
    "mae": "MAE",
    "within_one": "within one",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--preset", default="full")
    asked = parser.parse_args()
    dataset, config = recsys.load_dataset("ml-100k"), TrainingConfig.of(asked.preset)
    sides, stars = stratified(dataset.ratings, config.test_fraction, config.seed), dataset.stars
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = Interactions.from_frames(dataset.ratings[sides.train], dataset.users, catalogue)
    rows = crossfit(interactions, catalogue, Context(stars, config, Vocabulary.of(dataset)))
    held_out = dataset.ratings[sides.test]
    test = rows.features.transform(
        interactions,
        interactions.rows(held_out["user_id"].to_numpy()),
        catalogue.positions(held_out["movie_id"].to_numpy()),
    )
    said = {name: Predictions.of_probabilities(p, stars) for name, p in variants(rows, config, stars, test).items()}
    table = report(held_out, said, stars, "stratified").table
    overall = table[(table["slice"] == "all") & table["metric"].isin(SHOWN)]
    wide = overall.pivot(index="model", columns="metric", values="value")
    print(write(wide.loc[list(said), list(SHOWN)], asked.preset))
    return 0


def write(wide: pd.DataFrame, preset: str) -> str:
    """variants.md and variants.json."""
    rows = [[name, *(f"{value:.4f}" for value in row)] for name, *row in wide.itertuples()]
    lines = [
        "# Ways from features to stars",
        "",
        f"The same features ({preset} preset) on the held-out 20 % of MovieLens 100K; written by",
        "`python benchmarks/variants.py`, which says what each is. The first is what is shipped.",
        "",
        *sheet.table(["variant", *SHOWN.values()], rows),
    ]
    return sheet.write("variants", lines, {"preset": preset, "variants": wide.round(5).to_dict("index")})


def variants(
    rows: TrainingRows, config: TrainingConfig, stars: tuple[float, ...], test: np.ndarray
) -> dict[str, np.ndarray]:
    """Star probabilities of the held-out rows, float64 (rows, stars), by variant."""
    names, scale = rows.features.names, np.array(stars)
    shipped = StarModel.learn(rows.matrix, rows.stars, stars, names, config)
    tenth = uniform(np.arange(len(rows.stars)), config.seed, 41) < 0.1
    inner = StarModel.learn(rows.matrix[~tenth], rows.stars[~tenth], stars, names, config)
    power = _temperature(inner.predict_proba(rows.matrix[tenth]), np.searchsorted(scale, rows.stars[tenth]))
    whole = shipped.predict_proba(test)
    return {
        "model": whole,
        f"model, temperature {1 / power:.2f}": _sharpened(whole, power),
        "linear start alone": _softmax(shipped.softmax_regression.logits(test)),
        "trees alone": _trees_alone(rows, config, stars, test),
        "ordinal chain of trees": _ordinal(rows, config, scale, test),
    }


def _trees_alone(rows: TrainingRows, config: TrainingConfig, stars: tuple[float, ...], test: np.ndarray) -> np.ndarray:
    classes = np.searchsorted(stars, rows.stars)
    settings = _settings(config) | {"objective": "multi:softprob", "num_class": len(stars)}
    data = xgboost.QuantileDMatrix(rows.matrix, classes, max_bin=config.bins)
    return xgboost.train(settings, data, 300).inplace_predict(test).astype(np.float64)


def _ordinal(rows: TrainingRows, config: TrainingConfig, scale: np.ndarray, test: np.ndarray) -> np.ndarray:
    over = [np.ones(len(test))]
    for level in scale[1:]:
        data = xgboost.QuantileDMatrix(rows.matrix, rows.stars >= level, max_bin=config.bins)
        settings = _settings(config) | {"objective": "binary:logistic"}
        over.append(xgboost.train(settings, data, 300).inplace_predict(test).astype(np.float64))
    falling = np.minimum.accumulate(np.column_stack([*over, np.zeros(len(test))]), axis=1)
    return np.maximum(-np.diff(falling, axis=1), 1e-6)


def _settings(config: TrainingConfig) -> dict[str, object]:
    """Without the linear start the trees have further to go: more rounds, larger steps."""
    return {
        "tree_method": "hist",
        "max_depth": config.depth,
        "learning_rate": 0.05,
        "subsample": config.subsample,
        "colsample_bynode": config.colsample,
        "min_child_weight": 20.0,
        "lambda": 5.0,
        "max_bin": config.bins,
        "seed": config.seed,
    }


def _temperature(probabilities: np.ndarray, classes: np.ndarray) -> float:
    """The power of the probabilities with the lowest log-loss."""
    powers = np.linspace(0.7, 1.4, 71)
    losses = [-np.log(_sharpened(probabilities, p)[np.arange(len(classes)), classes]).mean() for p in powers]
    return float(powers[int(np.argmin(losses))])


def _sharpened(probabilities: np.ndarray, power: float) -> np.ndarray:
    raised = probabilities**power
    return raised / raised.sum(axis=1, keepdims=True)


def _softmax(logits: np.ndarray) -> np.ndarray:
    odds = np.exp(logits.astype(np.float64))
    return odds / odds.sum(axis=1, keepdims=True)


if __name__ == "__main__":
    sys.exit(main())
