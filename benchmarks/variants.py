"""Star models over the same features, on inner splits: the shipped one and its alternatives.

    python benchmarks/variants.py                     # the full preset's features, two inner splits

The train part of the default split (seed 0) is split again, 80:20 and stratified, with other seeds: so no choice is
made on the rows that the report of the app shows. Compares the shipped model (regression, then trees) without feature
alignment, with fewer and more rounds, each part alone, an ordinal chain of binary trees (Frank and Hall 2001, doi
10.1007/3-540-44795-4_13) without and with monotone constraints, from nothing and from the regression, one boosted score
with cut points between the stars, and a temperature fitted on the training rows. Writes benchmarks/results/variants.md
and variants.json.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import pandas as pd
import xgboost

import recsys
from benchmarks import result_files
from benchmarks.proportional_odds import Rows, probabilities_by_cuts
from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.data.splits import stratified
from recsys.evaluation import paired_differences, report
from recsys.evaluation.baselines import Predictions
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.metrics.probability import chance_calibration_error
from recsys.models.cross_fitting import TrainingRows
from recsys.models.star_model import StarModel
from recsys.models.training_set import make_training_set
from recsys.schema import MOVIE, USER

SEEDS = (1, 2)  # of the inner splits
SHIPPED = "shipped"
METRIC_LABELS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "log_loss": "log-loss",
    "rmse": "RMSE",
    "mae": "MAE",
    "within_one": "within one",
    "calibration_error": "calibration error",
}
MONOTONE = ("bias_expected", "gp_expected")  # a higher one never lowers the probability of at least some star


def main() -> int:
    """Train every variant on every inner split and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--preset", default="full")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    options = parser.parse_args()
    dataset = recsys.load_dataset("ml-100k")
    outer = stratified(dataset.ratings)
    inner = dataset.with_ratings(dataset.ratings[outer.train].reset_index(drop=True))
    held_out, predictions = [], {}
    for seed in options.seeds:
        rows, by_variant = _inner_split(inner, TrainingConfig.of(options.preset, seed=seed))
        held_out.append(rows)  # pooled: a pair may come again, and a user is one cluster in all splits
        for name, probabilities in by_variant:
            predictions.setdefault(name, []).append(probabilities)
            print(f"seed {seed}: {name}", file=sys.stderr, flush=True)
    print(write(pd.concat(held_out, ignore_index=True), predictions, dataset.stars, options))
    return 0


def write(
    held_out: pd.DataFrame,
    probabilities: dict[str, list[np.ndarray]],
    stars: tuple[float, ...],
    options: argparse.Namespace,
) -> str:
    """Write variants.md and variants.json from the pooled rows of all inner splits."""
    predicted = {
        name: Predictions.of_probabilities(np.concatenate(each), stars) for name, each in probabilities.items()
    }
    shipped, rows, record = predicted[SHIPPED], [], {}
    for name, predictions in predicted.items():
        table = report(held_out, {"model": predictions}, stars, "inner").table
        values = table[table["slice"] == "all"].set_index("metric")["value"]
        differences = paired_differences(held_out, predictions, shipped, stars)
        loss = differences[(differences["slice"] == "all") & (differences["metric"] == "log_loss")].iloc[0]
        confidence = predictions.require_probabilities().max(axis=1)
        gap = float(confidence.mean() - values["accuracy"])
        cell = "" if name == SHIPPED else f"{loss['difference']:+.4f} ({loss['low']:+.4f} to {loss['high']:+.4f})"
        rows.append([name, *(f"{values[metric]:.4f}" for metric in METRIC_LABELS), f"{gap:+.4f}", cell])
        record[name] = {metric: round(float(values[metric]), 5) for metric in METRIC_LABELS} | {"gap": round(gap, 5)}
    chance = chance_calibration_error(shipped.require_probabilities().max(axis=1))
    splits = (
        f"{len(options.seeds)} inner split{'s' if len(options.seeds) > 1 else ''} of the train part of MovieLens 100K"
    )
    lines = [
        "# Star models over the same features",
        "",
        f"The same features ({options.preset} preset) on {splits}, {len(held_out):,} ratings in all; written by",
        "`python benchmarks/variants.py`, which describes each. These rows decided; no row of the app's report did.",
        "",
        *result_files.markdown_table(
            ["variant", *METRIC_LABELS.values(), "confidence less accuracy", "log-loss less the shipped one's"], rows
        ),
        "",
        f"Chance alone gives a calibration error of about {chance:.4f} for so many ratings.",
    ]
    summary = {"preset": options.preset, "seeds": options.seeds, "chance": round(chance, 5), "variants": record}
    return result_files.write("variants", lines, summary)


def _inner_split(dataset: Dataset, config: TrainingConfig) -> tuple[pd.DataFrame, Iterator[tuple[str, np.ndarray]]]:
    """The held-out rows of one split, and the star probabilities of each variant for them."""
    split = stratified(dataset.ratings, config.test_fraction, config.seed)
    context = Context(dataset.stars, config, Vocabulary.of(dataset, config.vocabulary))
    training_set = make_training_set(dataset, split.train, context)
    held_out = dataset.ratings[split.test].reset_index(drop=True)
    test = training_set.features_of(held_out[[USER, MOVIE]])
    return held_out, variants(training_set.rows, config, dataset.stars, test)


def variants(
    rows: TrainingRows, config: TrainingConfig, stars: tuple[float, ...], test: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """Name and star probabilities of the held-out rows, float64 (rows, stars)."""
    names, aligned = rows.features.names, rows.aligned(np.arange(len(rows.index)))
    shipped = StarModel.learn(aligned, rows.stars, stars, names, config.star_model)
    yield SHIPPED, shipped.predict_proba(test)
    unaligned = StarModel.learn(rows.matrix, rows.stars, stars, names, config.star_model)
    yield "without feature alignment", unaligned.predict_proba(test)
    for factor in (0.5, 2):
        rounds = int(config.boosting.trees * factor)
        other = replace(config.star_model, boosting=replace(config.boosting, trees=rounds))
        yield f"{rounds} rounds", StarModel.learn(aligned, rows.stars, stars, names, other).predict_proba(test)
    yield "softmax regression alone", _softmax(shipped.softmax_regression.logits(test))
    power = _best_power(shipped.predict_proba(aligned), np.searchsorted(stars, rows.stars))
    yield "temperature fitted on the training rows", _sharpened(shipped.predict_proba(test), power)
    yield "trees alone", _trees_alone(aligned, rows.stars, config, stars, test)
    yield "ordinal chain of trees", _ordinal(aligned, rows.stars, config, np.array(stars), test)
    monotone: dict[str, object] = {"monotone_constraints": tuple(int(name in MONOTONE) for name in names)}
    yield "ordinal chain, monotone", _ordinal(aligned, rows.stars, config, np.array(stars), test, monotone)
    starts = [_exceedance_logits(shipped.softmax_regression.logits(matrix)) for matrix in (aligned, test)]
    for name, constraints in (("", {}), (", monotone", monotone)):
        chain = _ordinal(aligned, rows.stars, config, np.array(stars), test, constraints, starts)
        yield f"ordinal chain from the softmax regression{name}", chain
    starts = [_softmax(shipped.softmax_regression.logits(matrix)) @ np.array(stars) for matrix in (aligned, test)]
    train_rows, test_rows = Rows(aligned, starts[0]), Rows(test, starts[1])
    classes, settings = np.searchsorted(stars, rows.stars), _continuing(config)
    cuts = probabilities_by_cuts(train_rows, classes, test_rows, settings, config.boosting.trees)
    yield "one score with cut points, from the softmax regression", cuts


def _trees_alone(
    matrix: np.ndarray, truth: np.ndarray, config: TrainingConfig, stars: tuple[float, ...], test: np.ndarray
) -> np.ndarray:
    settings = _settings(config) | {"objective": "multi:softprob", "num_class": len(stars)}
    data = xgboost.QuantileDMatrix(matrix, np.searchsorted(stars, truth), max_bin=config.boosting.bins)
    return xgboost.train(settings, data, 300).inplace_predict(test).astype(np.float64)


def _ordinal(
    matrix: np.ndarray,
    truth: np.ndarray,
    config: TrainingConfig,
    scale: np.ndarray,
    test: np.ndarray,
    constraints: dict[str, object] | None = None,
    starts: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """One binary model per star above the lowest, of the probability of at least this star.

    With `starts`, each model continues from these logits, of the training and of the held-out rows, with the rounds and
    steps of the shipped model.
    """
    boosting, exceedance = config.boosting, [np.ones(len(test))]
    settings = _continuing(config) if starts else _settings(config)
    settings |= {"objective": "binary:logistic"} | (constraints or {})
    for index, level in enumerate(scale[1:]):
        margin, of_test = (start[:, index] for start in starts) if starts else (None, None)
        data = xgboost.QuantileDMatrix(matrix, truth >= level, base_margin=margin, max_bin=boosting.bins)
        model = xgboost.train(settings, data, boosting.trees if starts else 300)
        exceedance.append(model.inplace_predict(test, base_margin=of_test).astype(np.float64))
    monotone = np.minimum.accumulate(np.column_stack([*exceedance, np.zeros(len(test))]), axis=1)
    probabilities = np.maximum(-np.diff(monotone, axis=1), 1e-6)
    return probabilities / probabilities.sum(axis=1, keepdims=True)


def _exceedance_logits(logits: np.ndarray) -> np.ndarray:
    """Logits of the probability of at least each star above the lowest, (rows, stars - 1)."""
    from_the_top = np.cumsum(_softmax(logits)[:, ::-1], axis=1)[:, ::-1][:, 1:].clip(1e-9, 1 - 1e-9)
    return np.log(from_the_top / (1 - from_the_top))


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


def _continuing(config: TrainingConfig) -> dict[str, object]:
    """Settings of trees that continue from the softmax regression: the steps of the shipped model."""
    boosting = config.boosting
    steps = {"learning_rate": boosting.learning_rate, "min_child_weight": boosting.min_child_weight}
    return _settings(config) | steps | {"lambda": boosting.l2}


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
