"""Star models over the same features, on the same held-out rows: the shipped one and its alternatives.

    python benchmarks/variants.py                     # the full preset's features, stratified split

Compares the softmax regression alone, trees alone, trees from the softmax regression (shipped), an ordinal chain of
binary trees (Frank and Hall 2001, doi 10.1007/3-540-44795-4_13), and the shipped model with probabilities calibrated by
a temperature fitted on a tenth of the training rows. Writes benchmarks/results/variants.md and variants.json.
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
from benchmarks import result_files
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

METRIC_LABELS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "log_loss": "log-loss",
    "rmse": "RMSE",
    "mae": "MAE",
    "within_one": "within one",
}


def main() -> int:
    """Train every variant and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", default="full")
    options = parser.parse_args()
    dataset, config = recsys.load_dataset("ml-100k"), TrainingConfig.of(options.preset)
    split, stars = stratified(dataset.ratings, config.test_fraction, config.seed), dataset.stars
    catalogue = Catalogue.from_frame(dataset.movies)
    interactions = Interactions.from_frames(dataset.ratings[split.train], dataset.users, catalogue)
    rows = crossfit(interactions, catalogue, Context(stars, config, Vocabulary.of(dataset)))
    held_out = dataset.ratings[split.test]
    test = rows.features.transform(
        interactions,
        interactions.rows(held_out["user_id"].to_numpy()),
        catalogue.positions(held_out["movie_id"].to_numpy()),
    )
    predictions = {
        name: Predictions.of_probabilities(probabilities, stars)
        for name, probabilities in variants(rows, config, stars, test).items()
    }
    table = report(held_out, predictions, stars, "stratified").table
    overall = table[(table["slice"] == "all") & table["metric"].isin(METRIC_LABELS)]
    wide = overall.pivot(index="model", columns="metric", values="value")
    print(write(wide.loc[list(predictions), list(METRIC_LABELS)], options.preset))
    return 0


def write(metrics: pd.DataFrame, preset: str) -> str:
    """Write variants.md and variants.json."""
    rows = [[name, *(f"{value:.4f}" for value in row)] for name, *row in metrics.itertuples()]
    lines = [
        "# Star models over the same features",
        "",
        f"The same features ({preset} preset) on the held-out 20% of MovieLens 100K; written by",
        "`python benchmarks/variants.py`, which describes each. The first is the shipped one.",
        "",
        *result_files.markdown_table(["variant", *METRIC_LABELS.values()], rows),
    ]
    return result_files.write("variants", lines, {"preset": preset, "variants": metrics.round(5).to_dict("index")})


def variants(
    rows: TrainingRows, config: TrainingConfig, stars: tuple[float, ...], test: np.ndarray
) -> dict[str, np.ndarray]:
    """Star probabilities of the held-out rows, float64 (rows, stars), by variant."""
    names, scale = rows.features.names, np.array(stars)
    shipped = StarModel.learn(rows.matrix, rows.stars, stars, names, config.star_model)
    is_calibration = uniform(np.arange(len(rows.stars)), config.seed, 41) < 0.1
    partial_model = StarModel.learn(
        rows.matrix[~is_calibration], rows.stars[~is_calibration], stars, names, config.star_model
    )
    calibration_classes = np.searchsorted(scale, rows.stars[is_calibration])
    power = _best_power(partial_model.predict_proba(rows.matrix[is_calibration]), calibration_classes)
    probabilities = shipped.predict_proba(test)
    return {
        "model": probabilities,
        f"model, temperature {1 / power:.2f}": _sharpened(probabilities, power),
        "softmax regression alone": _softmax(shipped.softmax_regression.logits(test)),
        "trees alone": _trees_alone(rows, config, stars, test),
        "ordinal chain of trees": _ordinal(rows, config, scale, test),
    }


def _trees_alone(rows: TrainingRows, config: TrainingConfig, stars: tuple[float, ...], test: np.ndarray) -> np.ndarray:
    classes = np.searchsorted(stars, rows.stars)
    settings = _settings(config) | {"objective": "multi:softprob", "num_class": len(stars)}
    data = xgboost.QuantileDMatrix(rows.matrix, classes, max_bin=config.boosting.bins)
    return xgboost.train(settings, data, 300).inplace_predict(test).astype(np.float64)


def _ordinal(rows: TrainingRows, config: TrainingConfig, scale: np.ndarray, test: np.ndarray) -> np.ndarray:
    exceedance = [np.ones(len(test))]
    for level in scale[1:]:
        data = xgboost.QuantileDMatrix(rows.matrix, rows.stars >= level, max_bin=config.boosting.bins)
        settings = _settings(config) | {"objective": "binary:logistic"}
        exceedance.append(xgboost.train(settings, data, 300).inplace_predict(test).astype(np.float64))
    monotone = np.minimum.accumulate(np.column_stack([*exceedance, np.zeros(len(test))]), axis=1)
    return np.maximum(-np.diff(monotone, axis=1), 1e-6)


def _settings(config: TrainingConfig) -> dict[str, object]:
    """Settings of trees without the softmax regression: it takes more rounds and larger steps."""
    return {
        "tree_method": "hist",
        "max_depth": config.boosting.depth,
        "learning_rate": 0.05,
        "subsample": config.boosting.subsample,
        "colsample_bynode": config.boosting.colsample,
        "min_child_weight": 20.0,
        "lambda": 5.0,
        "max_bin": config.boosting.bins,
        "seed": config.seed,
    }


def _best_power(probabilities: np.ndarray, classes: np.ndarray) -> float:
    """The power of the probabilities with the lowest log-loss."""
    powers = np.linspace(0.7, 1.4, 71)
    losses = [-np.log(_sharpened(probabilities, power)[np.arange(len(classes)), classes]).mean() for power in powers]
    return float(powers[int(np.argmin(losses))])


def _sharpened(probabilities: np.ndarray, power: float) -> np.ndarray:
    powers = probabilities**power
    return powers / powers.sum(axis=1, keepdims=True)


def _softmax(logits: np.ndarray) -> np.ndarray:
    odds = np.exp(logits.astype(np.float64))
    return odds / odds.sum(axis=1, keepdims=True)


if __name__ == "__main__":
    sys.exit(main())
