"""Fresh evaluations: other splits and cross-validation, trained anew, kept beside the bundles, never served."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.data.splits import SPLITS, Split, split_by_name, stratified, stratified_folds
from recsys.errors import InputError, Problem, shown
from recsys.evaluation import AUDIT_COLUMNS, Report
from recsys.evaluation.slices import slices
from recsys.training.ablation import ABLATION, changes, removable, trainings
from recsys.training.evaluation_store import FOLDS, Evaluation, Evaluations
from recsys.training.jobs import overall_fraction
from recsys.training.pipeline import THOROUGH, Progress, about, train_and_score

TrainingProgress = Callable[[str, int, int, float, str], None]
FEWEST_FOLDS, MOST_FOLDS = 2, 20


@dataclass(frozen=True)
class EvaluationPlan:
    """What shall be evaluated: splits by name, a cross-validation in so many folds (0 for none), an ablation."""

    splits: tuple[str, ...] = ()
    folds: int = 0
    ablation: bool = False

    @classmethod
    def checked(cls, splits: Sequence[str] = (), folds: int = 0, ablation: bool = False) -> EvaluationPlan:
        """Raises InputError listing every split that does not exist and a number of folds that is out of range."""
        unknown = [name for name in splits if name not in SPLITS]
        problems = [Problem("split", shown(name), ", ".join(SPLITS), "Choose one of these splits.") for name in unknown]
        if folds and not FEWEST_FOLDS <= folds <= MOST_FOLDS:
            allowed = f"a whole number from {FEWEST_FOLDS} to {MOST_FOLDS}"
            problems.append(Problem("folds", shown(folds), allowed, "Give a value in this range."))
        if problems:
            raise InputError.of(problems)
        return cls(tuple(dict.fromkeys(splits)), folds, ablation)

    def require_possible(self, config: TrainingConfig) -> None:
        """Raise InputError for an ablation of a recipe that has no signal which could be left out."""
        if self.ablation and not removable(config):
            allowed = "a recipe with a signal to leave out"
            raise InputError.of([Problem("ablation", shown(config.disabled_features), allowed, "Keep one of them.")])

    def trainings(self, config: TrainingConfig) -> int:
        """How many trainings that makes."""
        return len(self.splits) + self.folds + (1 + len(removable(config)) if self.ablation else 0)

    def parts(self, dataset: Dataset, config: TrainingConfig) -> list[tuple[str, list[tuple[TrainingConfig, Split]]]]:
        """What to train and on which split, by what these are evaluations of."""
        ratings, share, seed = dataset.ratings, config.test_fraction, config.seed
        found = [(name, [(config, split_by_name(name, ratings, share, seed))]) for name in self.splits]
        if self.folds:
            found.append((FOLDS, [(config, split) for split in stratified_folds(ratings, self.folds, seed)]))
        if self.ablation:
            found.append((ABLATION, trainings(config, stratified(ratings, share, seed))))
        return found

    def command(
        self, models: Path, preset: str, seed: int = 0, data: str = "ml-100k", settings: Mapping[str, Any] | None = None
    ) -> list[str]:
        """What `jobs.start` runs in a child process to evaluate this and keep it in a models folder.

        `settings` are all of a recipe, or some; only those that differ from the preset's are told.
        """
        usual = TrainingConfig.of(preset, seed=seed).as_dict()
        changed = {name: value for name, value in (settings or {}).items() if value != usual[name]}
        options = [*(f"--split={name}" for name in self.splits), *([f"--folds={self.folds}"] if self.folds else [])]
        options += ["--ablation"] if self.ablation else []
        said = ["--preset", preset, "--seed", str(seed), "--data", data]
        said += [f"--set={name}={value}" for name, value in changed.items()]
        return [sys.executable, "-m", "recsys", "evaluate", "--job", str(models), *options, *said]


def evaluate_afresh(
    dataset: Dataset,
    wanted: EvaluationPlan,
    preset: str = "full",
    seed: int = 0,
    models: Path | None = None,
    progress: TrainingProgress | None = None,
    **settings: Any,
) -> list[Evaluation]:
    """Train and score on each wanted split, keeping each evaluation as soon as it is complete.

    `progress` is told the split's name, its number from 0, of how many, how far its training is (0 to 1), and a line
    for people. Raises what `TrainingConfig.of`, `require_possible`, `require_room`, `splits.split_by_name`
    and a training raise.
    """
    config, kept = TrainingConfig.of(preset, seed=seed, **settings), []
    wanted.require_possible(config)
    Evaluations(models).require_room()
    parts = wanted.parts(dataset, config)
    count, number = wanted.trainings(config), 0
    for name, wanted_trainings in parts:
        began, done = time.monotonic(), []
        for one, split in wanted_trainings:
            part = _as_one(split.name, number, count, progress)
            done.append(_scored(dataset, one, split, part, thorough=preset in THOROUGH and name != ABLATION))
            number += 1
        told = {
            "split": name,
            "folds": len(done) if name == FOLDS else 0,
            "preset": preset,
            "settings": config.as_dict(),
            "stars": list(dataset.stars),
            "data": about(dataset),
            "seconds": round(time.monotonic() - began, 1),
        }
        evaluation = _together(told, done)
        kept.append(replace(evaluation, name=Evaluations(models).keep(evaluation)))
    return kept


def _scored(
    dataset: Dataset, config: TrainingConfig, split: Split, progress: Progress, thorough: bool
) -> tuple[Report, pd.DataFrame]:
    """The report of one training, and its slices."""
    fitted, report = train_and_score(dataset, config, split, progress, thorough)
    return report, slices(report, fitted.interactions, fitted.catalogue, fitted.features.vocabulary, config.seed)


def _together(told: dict[str, Any], done: Sequence[tuple[Report, pd.DataFrame]]) -> Evaluation:
    """The tables of several trainings under each other, with an ablation's changes; slices only of a single one."""
    reports = [report for report, _ in done]
    audits = [report.audit.assign(split=report.table["split"].iloc[0]) for report in reports]
    rows = [report.table for report in reports]
    if told["split"] == ABLATION:
        rows.append(changes(reports, told["settings"]["seed"]))
    tables = {
        "table": pd.concat(rows, ignore_index=True),
        "audit": pd.concat(audits, ignore_index=True)[["split", *AUDIT_COLUMNS]],
    }
    return Evaluation(told, **tables, **({"slices": done[0][1]} if len(done) == 1 else {}))


def _as_one(name: str, number: int, count: int, progress: TrainingProgress | None) -> Progress:
    """The phases of one training as how far that training is."""

    def tell(phase: str, fraction: float, message: str = "") -> None:
        if progress:
            start = overall_fraction("features", 0.0)
            progress(name, number, count, (overall_fraction(phase, fraction) - start) / (1 - start), message)

    return tell
