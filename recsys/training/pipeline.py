"""The training pipeline: dataset -> split -> features -> ranker and star model -> report -> version. Prints nothing.

- `train` fits on every row.
- `evaluate` splits, fits on the train part, and reports on the test part.
- `train_and_publish` does both for a version that is served: it loads, splits, fits on the train part, reports,
  refreshes the movie tables with all ratings, and publishes through the promotion gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recsys.config import TrainingConfig
from recsys.core.memory import peak_own_mb
from recsys.core.process import machine
from recsys.core.progress import PhaseTimer, Progress, silent
from recsys.data import Dataset, load_dataset
from recsys.data.splits import Split, split_by_name, stratified
from recsys.evaluation import Report
from recsys.evaluation.audit import AuditInput, audit
from recsys.evaluation.feature_sample import feature_sample
from recsys.evaluation.learning_curve import holdout_rows, learning_curve, watched_rows
from recsys.evaluation.train_scores import train_scores
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.ranker.ranker import Ranker
from recsys.models.ranker.ranker_features import RankerFeatures
from recsys.models.star_model import EvalSet, StarModel, require_rows
from recsys.models.training_set import TrainingSet, interactions_of, make_training_set
from recsys.registry import Registry
from recsys.registry.transitions import submit
from recsys.schema import RATING, USER
from recsys.serving.recommender import Recommender
from recsys.training.held_out_report import held_out_report

AddPoint = Callable[..., None]  # called with named numbers: one point of the learning curve, while it is drawn


def train(dataset: Dataset, preset: str = "full", seed: int = 0, **settings: Any) -> Recommender:
    """Fit a recommender on every row of a dataset; touches no disk.

    Parameters
    ----------
    dataset : Dataset
        Ratings, movies and, if there are any, users: from `load_dataset` or `Dataset.from_frames`.
    preset : {"full", "quick"}
        The training configuration to start from.
    seed : int
        Seed of the cross-fitting and the trees. Same data, seed and settings: the same recommender, bit for bit.
    **settings
        Single settings that replace those of the preset, such as `depth=6`; see `config.TrainingConfig`.

    Returns
    -------
    Recommender
        Without a report, since nothing is held out.

    Raises
    ------
    InputError
        A preset or setting does not exist, or a value is outside its range.
    DataError
        The data cannot be learned from: a star has too few ratings.
    """
    config = TrainingConfig.of(preset, seed=seed, **settings)
    context = Context(dataset.stars, config, Vocabulary.of(dataset, config.vocabulary))
    training_set, ranker = _learn_features_and_ranker(dataset, np.ones(len(dataset.ratings), bool), context, silent)
    return _fit_star_model(training_set, ranker, np.ones(len(training_set.rows.stars), bool), context, silent)


def evaluate(
    dataset: Dataset,
    split: str = "stratified",
    preset: str = "full",
    seed: int = 0,
    progress: Progress | None = None,
    **settings: Any,
) -> Report:
    """Fit on the train part of a split and report on its test part; neither serves nor stores anything.

    Parameters
    ----------
    dataset : Dataset
        Ratings, movies and, if there are any, users: from `load_dataset` or `Dataset.from_frames`.
    split : {"stratified", "user-last", "global-time"}
        Which ratings are held out; the last two need timestamps.
    preset : {"full", "quick"}
        The training configuration to start from.
    seed : int
        Seed of the split, the cross-fitting, the trees and the intervals of lists.
    progress : Progress, optional
        Called as `progress(phase, fraction, message)`.
    **settings
        Single settings that replace those of the preset; see `config.TrainingConfig`.

    Returns
    -------
    Report
        Metrics of the model and of the baselines on the held-out ratings, the learning curve and the leakage audit.

    Raises
    ------
    InputError
        A split, preset or setting does not exist, or a value is outside its range.
    DataError
        The data has no timestamps that the split needs, or a star has too few ratings.
    """
    config = TrainingConfig.of(preset, seed=seed, **settings)
    train_test = split_by_name(split, dataset.ratings, config.test_fraction, config.seed)
    return fit_and_report(dataset, config, train_test, progress)[1]


def train_and_publish(
    data: str | Path = "ml-100k",
    preset: str = "full",
    seed: int = 0,
    registry: Registry | None = None,
    progress: Progress | None = None,
    add_point: AddPoint | None = None,
    who: str = "a script",
    why: str = "",
    scale: str | None = None,
    **settings: Any,
) -> str:
    """Train and report on a split, refresh with all ratings, and publish through the gate. Returns the new version.

    The trees are those that the report is about; the movie tables and interactions they are served with are made
    from all ratings. `data` and `scale` are those of `load_dataset`. Raises what `load_dataset`, `TrainingConfig.of`
    and `registry.transitions.submit` raise.
    """
    timer = PhaseTimer(progress or silent)
    config = TrainingConfig.of(preset, seed=seed, **settings)
    dataset = load_dataset(data, progress=timer, scale=scale)
    split = stratified(dataset.ratings, config.test_fraction, config.seed)
    fitted, report = fit_and_report(dataset, config, split, timer, add_point)
    timer("save", 0.0, "updating movie tables and histories with all ratings")
    refitted = fitted.with_interactions(interactions_of(dataset, fitted.catalogue))
    manifest = {
        "preset": preset,
        "split": split.name,
        "data": dataset_summary(dataset),
        "seconds": round(timer.seconds, 1),
        "phases": timer.phases(),
        "processor_phases": timer.processor_phases(),
        "host": machine(),
        "peak_own_mb": None if (peak := peak_own_mb()) is None else int(peak),
    }
    version = submit(registry or Registry(), replace(refitted, manifest=manifest, report=report), who, why)
    timer("save", 1.0, f"saved {version}")
    return version


def fit_and_report(
    dataset: Dataset,
    config: TrainingConfig,
    split: Split,
    progress: Progress | None = None,
    add_point: AddPoint | None = None,
) -> tuple[Recommender, Report]:
    """A recommender fitted on the train part of a split, and its report on the test part.

    `add_point` is called with the log-loss on held-out training rows while trees grow (round, log_loss), and once with
    the majority's.
    """
    progress = progress or silent
    progress("features", 0.0, f"{split.train.sum():,} ratings to train on, {split.test.sum():,} held out")
    context = Context(dataset.stars, config, Vocabulary.of(dataset, config.vocabulary))
    training_set, ranker = _learn_features_and_ranker(dataset, split.train, context, progress)
    curve_rows = holdout_rows(training_set, config.seed)
    eval_set = watched_rows(training_set, curve_rows, config.boosting.trees, add_point) if add_point else None
    fitted = _fit_star_model(training_set, ranker, ~curve_rows, context, progress, eval_set)
    progress("evaluate", 0.0, "predicting the held-out ratings")
    report = held_out_report(fitted, dataset.ratings[split.test], split.name)
    progress("evaluate", 0.7, "leakage audit")
    checks = audit(AuditInput(dataset, split.train, training_set, fitted.model, context, make_training_set))
    progress("evaluate", 1.0, "")
    inside = train_scores(fitted.model, training_set, curve_rows, split.name)
    return fitted, replace(
        report,
        table=pd.concat([report.table, inside], ignore_index=True),
        curve=learning_curve(fitted.model, training_set, curve_rows),
        audit=checks,
        feature_sample=feature_sample(training_set, report.held_out, config.seed),
    )


def _learn_features_and_ranker(
    dataset: Dataset, train_mask: np.ndarray, context: Context, progress: Progress
) -> tuple[TrainingSet, Ranker]:
    """The cross-fitted training rows and the ranker, from the ratings of the mask (bool per rating) alone.

    The ranker is learned first so that its examples are freed before the star model needs memory.
    """
    require_rows(dataset.ratings[RATING].to_numpy()[train_mask], context.stars)
    training_set = make_training_set(dataset, train_mask, context, lambda fraction: progress("features", fraction, ""))
    progress("trees", 0.0, "training the ranker")
    ranker_features = RankerFeatures.learn(training_set.interactions, training_set.catalogue, context)
    ranker = Ranker.learn(training_set.rows.ranking_examples, ranker_features, context.config)
    return training_set.without_ranking_examples(), ranker


def _fit_star_model(
    training_set: TrainingSet,
    ranker: Ranker,
    row_mask: np.ndarray,
    context: Context,
    progress: Progress,
    eval_set: EvalSet | None = None,
) -> Recommender:
    """A recommender whose star model is learned from the training rows of the mask (bool per row)."""
    rows = training_set.rows
    progress("trees", 0.0, f"{row_mask.sum():,} rows with {rows.matrix.shape[1]} features")
    model = StarModel.learn(
        rows.aligned(row_mask),
        rows.stars[row_mask],
        context.stars,
        rows.features.names,
        context.config.star_model,
        lambda fraction: progress("trees", fraction, ""),
        eval_set,
    )
    return Recommender(training_set.catalogue, rows.features, model, ranker, training_set.interactions, context.config)


def dataset_summary(dataset: Dataset) -> dict[str, Any]:
    """What manifests and stored evaluations say of their data: name, fingerprint, sizes, checks."""
    return {
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "ratings": len(dataset.ratings),
        "movies": len(dataset.movies),
        "users": int(dataset.ratings[USER].nunique()),
        "checks": dataset.report.as_dict(),
    }
