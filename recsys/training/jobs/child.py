"""Entry point of a job's child process: `python -m recsys.training.jobs.child ORDER`, a `JobOrder` as JSON.

Exit codes are those of the command line: 0 done, 1 failed, 2 wrong input, 3 no model, 130 stopped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from recsys.config import TrainingConfig
from recsys.core.memory import return_freed_memory
from recsys.core.progress import Progress, silent, tee
from recsys.data import load_dataset
from recsys.errors import INTERRUPTED, GateError, RecsysError
from recsys.registry import Registry
from recsys.registry.bundle import read_manifest
from recsys.registry.promotion_gate import shorten_reasons
from recsys.registry.remote_bundle import fetch_remote_bundle
from recsys.training import later_ratings, pipeline
from recsys.training.evaluation_runner import EvaluationPlan, PlanProgress, run_evaluations
from recsys.training.job_order import EVALUATION, JobOrder
from recsys.training.jobs.deadline import Deadline
from recsys.training.jobs.worker import Reporter
from recsys.training.phases import PHASES, PHASES_WITH_LATER_RATINGS


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the order in the one argument and return the exit code."""
    return_freed_memory()
    (text,) = sys.argv[1:] if arguments is None else arguments
    order = JobOrder.parse(text)
    try:
        if order.kind == EVALUATION:
            run_evaluation(order)
        else:
            run_training(order)
    except RecsysError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was changed.\n")
        return INTERRUPTED
    return 0


def run_training(order: JobOrder, show: Progress = silent) -> str:
    """Train and publish while the job's status tells how far it is. Returns the version.

    `show` is a progress callback beside the status. Raises GateError when no version is active afterwards, and what
    `pipeline.train_and_publish` raises.
    """
    registry = Registry(Path(order.models))
    registry.remove_stale()
    phases = PHASES_WITH_LATER_RATINGS if order.preset in later_ratings.PRESETS else PHASES
    with Reporter(registry.folder, deadline=_deadline(order), phases=phases) as reporter:
        progress = tee(reporter, show)
        if order.remote_bundle_first and (version := _fetch_remote_bundle(registry, progress)):
            reporter.done(version)
            return version
        version = _train(order, registry, progress, reporter)
        reporter.done(version)
        _require_active(registry, version)
        _measure_later_ratings(order, registry, version, progress)
    return version


def run_evaluation(order: JobOrder) -> None:
    """Train and evaluate each training of the order's plan while the job's status tells how far it is."""
    plan = EvaluationPlan.checked(order.splits, order.folds, order.ablation, order.leaks)
    config = TrainingConfig.of(order.preset, seed=order.seed, **order.settings)
    plan.require_possible(config)  # before anything is fetched
    models = Path(order.models)
    with Reporter(models, kind=EVALUATION, deadline=_deadline(order)) as reporter:
        dataset = load_dataset(order.data, progress=reporter, scale=order.scale)
        progress = PlanProgress(reporter, plan.trainings(config))
        run_evaluations(dataset, plan, order.preset, order.seed, models, progress, **order.settings)


def _deadline(order: JobOrder) -> Deadline | None:
    return Deadline(order.seconds, order.parent) if order.seconds or order.parent else None


def _fetch_remote_bundle(registry: Registry, progress: Progress) -> str | None:
    """The version of `RECSYS_BUNDLE`; None if there is none or it cannot be used, which goes to the log."""
    try:
        return fetch_remote_bundle(registry, progress)
    except RecsysError as error:
        sys.stderr.write(f"The model of RECSYS_BUNDLE cannot be used. {error} A new one is trained instead.\n")
        return None


def _train(order: JobOrder, registry: Registry, progress: Progress, reporter: Reporter) -> str:
    return pipeline.train_and_publish(
        order.data,
        order.preset,
        order.seed,
        registry,
        progress,
        reporter.point,
        who=order.who,
        why=order.why,
        scale=order.scale,
        **order.settings,
    )


def _measure_later_ratings(order: JobOrder, registry: Registry, version: str, progress: Progress) -> None:
    """Measure a full training on later ratings; it is published whatever happens here, which goes to the log."""
    try:
        later_ratings.measure(order, read_manifest(registry.path(version)), progress)
    except RecsysError as error:
        sys.stderr.write(f"The model was not measured on later ratings. {error}\n")
    except KeyboardInterrupt:
        sys.stderr.write("The measurement on later ratings was stopped. The model stays.\n")


def _require_active(registry: Registry, version: str) -> None:
    """Raise GateError when the gate refused the version and no other one is active."""
    if registry.active_version() is None:
        reasons = shorten_reasons(read_manifest(registry.path(version))["gate"]["reasons"])
        raise GateError(f"The promotion gate rejects {version}. {' '.join(reasons)}")


if __name__ == "__main__":
    sys.exit(main())
