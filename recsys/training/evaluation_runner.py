"""Other splits, cross-validation, ablation, leak laboratory: trained for that alone, stored, never served."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from recsys.config import TrainingConfig, full_names
from recsys.core.progress import Progress, silent
from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split, split_by_name, stratified, stratified_folds
from recsys.errors import InputError, Problem, shown
from recsys.evaluation import AUDIT_COLUMNS, Report
from recsys.evaluation.leak_laboratory import LABORATORY_VERSION, LEAKS, leak_laboratory
from recsys.evaluation.slices import slices
from recsys.features.extractor import Context
from recsys.features.vocabulary import Vocabulary
from recsys.training.ablation import ABLATION, changes, removable, trainings
from recsys.training.evaluation_store import FOLDS, Evaluation, EvaluationStore
from recsys.training.job_order import EVALUATION, JobOrder
from recsys.training.phases import overall_fraction
from recsys.training.pipeline import dataset_summary, fit_and_report

FEWEST_FOLDS, MOST_FOLDS = 2, 20


@dataclass(frozen=True)
class EvaluationPlan:
    """What to evaluate: splits by name, cross-validation in so many folds (0: none), ablation, leak laboratory."""

    splits: tuple[str, ...] = ()
    folds: int = 0
    ablation: bool = False
    leaks: bool = False

    @classmethod
    def checked(
        cls, splits: Sequence[str] = (), folds: int = 0, ablation: bool = False, leaks: bool = False
    ) -> EvaluationPlan:
        """Raises InputError listing every split that does not exist and a number of folds that is out of range."""
        unknown = [name for name in splits if name not in SPLITS]
        problems = [Problem("split", shown(name), ", ".join(SPLITS), "Choose one of these splits.") for name in unknown]
        if folds and not FEWEST_FOLDS <= folds <= MOST_FOLDS:
            allowed = f"a whole number from {FEWEST_FOLDS} to {MOST_FOLDS}"
            problems.append(Problem("folds", shown(folds), allowed, "Give a value in this range."))
        if problems:
            raise InputError.of(problems)
        return cls(tuple(dict.fromkeys(splits)), folds, ablation, leaks)

    @property
    def count(self) -> int:
        """How many evaluations it stores."""
        return len(self.splits) + bool(self.folds) + self.ablation + self.leaks

    def require_possible(self, config: TrainingConfig) -> None:
        """Raise InputError for an ablation of a configuration without any feature extractor to leave out."""
        if self.ablation and not removable(config):
            allowed = "a configuration with at least one optional feature group"
            raise InputError.of([Problem("ablation", shown(config.disabled_features), allowed, "Enable one of them.")])

    def trainings(self, config: TrainingConfig) -> int:
        """How many trainings the plan needs; a leak laboratory takes about as long as one."""
        ablation = 1 + len(removable(config)) if self.ablation else 0
        return len(self.splits) + self.folds + ablation + self.leaks

    def parts(self, dataset: Dataset, config: TrainingConfig) -> list[tuple[str, list[tuple[TrainingConfig, Split]]]]:
        """The name of each evaluation, with the configurations and splits of its trainings."""
        ratings, test_fraction, seed = dataset.ratings, config.test_fraction, config.seed
        evaluations = [(name, [(config, split_by_name(name, ratings, test_fraction, seed))]) for name in self.splits]
        if self.folds:
            evaluations.append((FOLDS, [(config, split) for split in stratified_folds(ratings, self.folds, seed)]))
        if self.ablation:
            evaluations.append((ABLATION, trainings(config, stratified(ratings, test_fraction, seed))))
        return evaluations

    def command(
        self, models: Path, preset: str, seed: int = 0, data: str = "ml-100k", settings: Mapping[str, Any] | None = None
    ) -> list[str]:
        """What `jobs.start` runs in a child process to carry this plan out for a models folder.

        `settings` are all of a training configuration, or some; the order names those that differ from the preset's.
        """
        defaults = TrainingConfig.of(preset, seed=seed).as_dict()
        full = {full_names(name)[0]: value for name, value in (settings or {}).items()}
        changed = {name: value for name, value in full.items() if value != defaults[name]}
        order = JobOrder(str(models), EVALUATION, data, preset=preset, seed=seed, settings=changed)
        return replace(order, splits=self.splits, folds=self.folds, ablation=self.ablation, leaks=self.leaks).command()


class PlanProgress:
    """Progress callback that turns the progress of each training of a plan into that of a whole evaluation job."""

    def __init__(self, progress: Progress, trainings: int) -> None:
        self._progress, self._trainings = progress, trainings
        self._numbers: dict[str, int] = {}  # of trainings by split name, from 0, in the order they begin

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        number = self._numbers.setdefault(phase, len(self._numbers))
        self._progress("trees", (number + fraction) / self._trainings, f"{phase}: {message}" if message else phase)


def run_evaluations(
    dataset: Dataset,
    plan: EvaluationPlan,
    preset: str = "full",
    seed: int = 0,
    models: Path | None = None,
    progress: Progress | None = None,
    **settings: Any,
) -> list[Evaluation]:
    """Carry out a plan; each evaluation is stored as soon as it is complete.

    Parameters
    ----------
    dataset : Dataset
        The ratings to split.
    plan : EvaluationPlan
        Which splits, folds, ablation and leak laboratory.
    preset, seed, **settings
        The training configuration, as `pipeline.train` takes it.
    models : Path, optional
        The models folder of the store; by default that of the settings.
    progress : Progress, optional
        Called with the name of a training's split as the phase; `PlanProgress` makes one job of them.

    Raises
    ------
    InputError
        A setting is refused, or there is nothing to leave out for an ablation.
    BundleError
        The evaluations cannot be stored; before minutes are spent on them, if that can be told.
    DataError
        The data has no timestamps that a split needs, or a star has too few ratings.
    """
    config, store, stored = TrainingConfig.of(preset, seed=seed, **settings), EvaluationStore(models), []
    plan.require_possible(config)
    store.require_room()
    for name, trainings_of_name in plan.parts(dataset, config):
        start = time.monotonic()
        reports = [
            _report_and_slices(dataset, changed, split, progress or silent) for changed, split in trainings_of_name
        ]
        folds = len(reports) if name == FOLDS else 0
        evaluation = _combined(_about(dataset, config, preset, name, start) | {"folds": folds}, reports)
        stored.append(replace(evaluation, name=store.keep(evaluation)))
    if plan.leaks:
        evaluation = _leaks(dataset, config, preset, progress or silent)
        stored.append(replace(evaluation, name=store.keep(evaluation)))
    return stored


def _about(dataset: Dataset, config: TrainingConfig, preset: str, name: str, start: float) -> dict[str, Any]:
    """What a stored evaluation says of itself; `start` is the time on the monotonic clock when it began."""
    return {
        "split": name,
        "folds": 0,
        "preset": preset,
        "settings": config.as_dict(),
        "stars": list(dataset.stars),
        "data": dataset_summary(dataset),
        "seconds": round(time.monotonic() - start, 1),
    }


def _leaks(dataset: Dataset, config: TrainingConfig, preset: str, progress: Progress) -> Evaluation:
    """The leak laboratory on the stratified split; without an audit, since it leaks on purpose."""
    start, context = time.monotonic(), Context(dataset.stars, config, Vocabulary.of(dataset, config.vocabulary))
    split = stratified(dataset.ratings, config.test_fraction, config.seed)
    progress(LEAKS, 0.0, "the same model with each mistake")
    table = leak_laboratory(dataset, split, context, lambda fraction: progress(LEAKS, fraction, ""))
    about = _about(dataset, config, preset, LEAKS, start) | {"laboratory": LABORATORY_VERSION}
    return Evaluation(about, table, audit=pd.DataFrame(columns=["split", *AUDIT_COLUMNS]))


def _report_and_slices(
    dataset: Dataset, config: TrainingConfig, split: Split, progress: Progress
) -> tuple[Report, pd.DataFrame]:
    """The report of one training, and its metrics by slice."""
    progress_of_training = _training_progress(split.name, progress)
    fitted, report = fit_and_report(dataset, config, split, progress_of_training)
    return report, slices(report, fitted.interactions, fitted.catalogue, fitted.features.vocabulary)


def _combined(about: dict[str, Any], results: Sequence[tuple[Report, pd.DataFrame]]) -> Evaluation:
    """One evaluation of the tables of its trainings, with an ablation's changes; slices only of a single training."""
    reports = [report for report, _ in results]
    audits = [report.audit.assign(split=report.table["split"].iloc[0]) for report in reports]
    tables = [report.table for report in reports]
    if about["split"] == ABLATION:
        tables.append(changes(reports))
    evaluation = Evaluation(
        about,
        table=pd.concat(tables, ignore_index=True),
        audit=pd.concat(audits, ignore_index=True)[["split", *AUDIT_COLUMNS]],
    )
    return replace(evaluation, slices=results[0][1]) if len(results) == 1 else evaluation


def _training_progress(split_name: str, progress: Progress) -> Progress:
    """Progress callback that turns the phases of one training into one phase, named after its split."""
    start = overall_fraction("features", 0.0)

    def report_training(phase: str, fraction: float, message: str = "") -> None:
        progress(split_name, (overall_fraction(phase, fraction) - start) / (1 - start), message)

    return report_training
