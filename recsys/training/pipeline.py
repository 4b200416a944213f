"""The one recipe: dataset -> split -> features -> model -> report -> bundle. Prints nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recsys.config import TrainingConfig
from recsys.core.memory import peak_own_mb
from recsys.core.process import machine
from recsys.data import Dataset, load_dataset
from recsys.data.splits import Split, split_by_name, stratified
from recsys.evaluation import Report, report
from recsys.evaluation.audit import AuditInput, audit
from recsys.evaluation.baselines import Predictions, damped_bias, majority
from recsys.evaluation.learning_curve import holdout_rows, learning_curve, watched_rows
from recsys.evaluation.legacy_baseline import legacy_baseline
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.models.ranker.ranker import Ranker
from recsys.models.ranker.ranker_features import RankerFeatures
from recsys.models.star_model import EvalSet, StarModel, require_rows
from recsys.models.training_set import TrainingSet, interactions_of, make_training_set
from recsys.registry import Registry
from recsys.registry.transitions import submit
from recsys.schema import MOVIE, MOVIE_COUNT, RATING, USER, USER_COUNT, probability_columns
from recsys.serving.prediction_set import with_prediction_sets
from recsys.serving.recommender import Recommender
from recsys.training.trade_off_curve import with_lists

THOROUGH = ("full",)  # presets whose reports may take a few seconds more
Progress = Callable[[str, float, str], None]
Point = Callable[..., None]  # called with named numbers: one point of the learning curve, while it is drawn


def train(dataset: Dataset, preset: str = "full", seed: int = 0, **settings: Any) -> Recommender:
    """A recommender fitted on every row of the dataset; touches no disk.

    `settings` change single settings of the preset (see `config.TrainingConfig`). Raises InputError for a setting
    outside its range and DataError for data that cannot be learned from.
    """
    context = Context(dataset.stars, TrainingConfig.of(preset, seed=seed, **settings), Vocabulary.of(dataset))
    everything = np.ones(len(dataset.ratings), bool)
    training_set, ranker = _learn(dataset, everything, context, _silent)
    return _grown(training_set, ranker, np.ones(len(training_set.rows.stars), bool), context, _silent)


def evaluate(
    dataset: Dataset,
    split: str = "stratified",
    preset: str = "full",
    seed: int = 0,
    progress: Progress | None = None,
    **settings: Any,
) -> Report:
    """A fresh report: train on one side of the split, score on the other. Serves nothing, keeps nothing."""
    config = TrainingConfig.of(preset, seed=seed, **settings)
    sides = split_by_name(split, dataset.ratings, config.test_fraction, config.seed)
    return train_and_score(dataset, config, sides, progress, preset in THOROUGH)[1]


def run(
    data: str | Path = "ml-100k",
    preset: str = "full",
    seed: int = 0,
    registry: Registry | None = None,
    progress: Progress | None = None,
    point: Point | None = None,
    who: str = "a script",
    why: str = "",
    scale: str | None = None,
    **settings: Any,
) -> str:
    """Train, report on the held-out part, refresh with all ratings and bring to the gate. Returns the new version.

    The trees are those that the report is about; the movie tables and histories they are served with are made
    anew from all ratings. `scale` is that of `load_dataset`. Raises what `load_dataset`, `TrainingConfig.of` and
    `registry.transitions.submit` raise.
    """
    timed = Timed(progress or _silent)
    config = TrainingConfig.of(preset, seed=seed, **settings)
    dataset = load_dataset(data, progress=timed, scale=scale)
    split = stratified(dataset.ratings, config.test_fraction, config.seed)
    fitted, scored = train_and_score(dataset, config, split, timed, preset in THOROUGH, point)
    timed("save", 0.0, "refreshing movie tables and histories with all ratings")
    served = fitted.with_interactions(interactions_of(dataset, fitted.catalogue))
    manifest = {
        "preset": preset,
        "split": split.name,
        "data": about(dataset),
        "seconds": round(timed.seconds, 1),
        "phases": timed.phases(),
        "processor_phases": timed.processor_phases(),
        "host": machine(),
        "peak_own_mb": None if (peak := peak_own_mb()) is None else int(peak),
    }
    version = submit(registry or Registry(), replace(served, manifest=manifest, report=scored), who, why)
    timed("save", 1.0, f"saved {version}")
    return version


def train_and_score(
    dataset: Dataset,
    config: TrainingConfig,
    split: Split,
    progress: Progress | None = None,
    thorough: bool = False,
    point: Point | None = None,
) -> tuple[Recommender, Report]:
    """A recommender fitted on the train side of a split, and its report on the test side.

    The report of a `thorough` one also has the original recipe among its baselines, which takes a few seconds.
    `point` is told the log-loss on rows kept back while trees grow: round, log_loss; and once that of the majority.
    """
    progress = progress or _silent
    progress("features", 0.0, f"{split.train.sum():,} ratings to learn from, {split.test.sum():,} held out")
    context = Context(dataset.stars, config, Vocabulary.of(dataset))
    training_set, ranker = _learn(dataset, split.train, context, progress)
    kept = holdout_rows(training_set, config.seed)
    eval_set = watched_rows(training_set, kept, config.boosting.trees, point) if point else None
    fitted = _grown(training_set, ranker, ~kept, context, progress, eval_set)
    progress("evaluate", 0.0, "scoring the held-out ratings")
    scored = _score(fitted, dataset.ratings[split.test], split.name, thorough)
    progress("evaluate", 0.7, "looking for leaks")
    checked = audit(AuditInput(dataset, split.train, training_set, fitted.model, context, make_training_set))
    progress("evaluate", 1.0, "")
    return fitted, replace(scored, curve=learning_curve(fitted.model, training_set, kept), audit=checked)


def _learn(dataset: Dataset, train: np.ndarray, context: Context, progress: Progress) -> tuple[TrainingSet, Ranker]:
    """What can be learned of the marked ratings; the context's stars may be more than they show.

    With it the ranker, so that what the ranker alone learns from is gone before the star model asks for memory.
    """
    require_rows(dataset.ratings[RATING].to_numpy()[train], context.stars)
    training_set = make_training_set(dataset, train, context, lambda part: progress("features", part, ""))
    progress("trees", 0.0, "learning to rank")
    ranker_features = RankerFeatures.learn(training_set.interactions, training_set.catalogue, context)
    return training_set.without_ranking_examples(), Ranker.learn(
        training_set.rows.ranking_examples, ranker_features, context.config
    )


def _grown(
    training_set: TrainingSet,
    ranker: Ranker,
    chosen: np.ndarray,
    context: Context,
    progress: Progress,
    eval_set: EvalSet | None = None,
) -> Recommender:
    """A recommender whose trees grow on the chosen training rows (bool per row)."""
    rows = training_set.rows
    progress("trees", 0.0, f"{chosen.sum():,} rows of {rows.matrix.shape[1]} features")
    model = StarModel.learn(
        rows.matrix[chosen],
        rows.stars[chosen],
        context.stars,
        rows.features.names,
        context.config.star_model,
        lambda part: progress("trees", part, ""),
        eval_set,
    )
    return Recommender(training_set.catalogue, rows.features, model, ranker, training_set.interactions, context.config)


def _score(fitted: Recommender, held_out: pd.DataFrame, split: str, thorough: bool) -> Report:
    """The fitted model and its baselines on the same held-out rows."""
    interactions, context = fitted.interactions, fitted.context
    rows = interactions.rows(held_out[USER].to_numpy())
    movies = fitted.catalogue.positions(held_out[MOVIE].to_numpy())
    found = fitted.predict(held_out)[probability_columns(fitted.stars)].to_numpy()
    predicted = {
        "model": Predictions.of_probabilities(found, fitted.stars),
        "majority": majority(interactions, context, rows),
        "bias": damped_bias(interactions, fitted.catalogue, context, rows, movies),
    }
    if thorough:
        predicted["original"] = legacy_baseline(interactions, fitted.catalogue, context, rows, movies)
    known = {USER_COUNT: np.where(rows >= 0, interactions.counts[rows], 0), MOVIE_COUNT: fitted.counts[movies]}
    scored = report(held_out.assign(**known), predicted, fitted.stars, split, fitted.config.seed)
    scored = with_prediction_sets(scored, fitted.stars, fitted.config.seed)
    return with_lists(scored, fitted)


def about(dataset: Dataset) -> dict[str, Any]:
    """What a bundle says of the data behind it."""
    return {
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "ratings": len(dataset.ratings),
        "movies": len(dataset.movies),
        "users": int(dataset.ratings[USER].nunique()),
        "checks": dataset.report.as_dict(),
    }


class Timed:
    """A progress that also takes the time of each phase, on the clock and of the processor."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._began, self._processor = progress, time.monotonic(), time.process_time()
        self._entered: dict[str, tuple[float, float]] = {}  # on the clock, of the processor

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        self._entered.setdefault(phase, (self.seconds, self.processor_seconds))
        self._progress(phase, fraction, message)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    @property
    def processor_seconds(self) -> float:
        """What all threads of this process have computed since the beginning."""
        return time.process_time() - self._processor

    def phases(self) -> dict[str, float]:
        """Seconds by phase, in their order; each lasts until the next begins, the last until now."""
        return self._spent([clock for clock, _ in self._entered.values()], self.seconds)

    def processor_phases(self) -> dict[str, float]:
        """Processor seconds by phase, which other work on a busy host does not make longer."""
        return self._spent([processor for _, processor in self._entered.values()], self.processor_seconds)

    def _spent(self, begins: list[float], now: float) -> dict[str, float]:
        ends = [*begins[1:], now]
        return {name: round(end - begin, 1) for name, begin, end in zip(self._entered, begins, ends, strict=True)}


def _silent(phase: str, fraction: float, message: str = "") -> None:
    """Nobody is watching."""
