"""After a full training: how the same configuration does on later ratings, stored beside the bundles."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recsys.core.progress import Progress
from recsys.data import load_dataset
from recsys.evaluation.split_comparison import LATER_SPLITS
from recsys.schema import TIME
from recsys.training.evaluation_runner import EvaluationPlan, PlanProgress, run_evaluations
from recsys.training.evaluation_store import EvaluationStore, newest_by_split
from recsys.training.job_order import JobOrder

PRESETS = ("full",)  # quick is for the first start, and for trials
PHASE = "later"


def measure(order: JobOrder, manifest: Mapping[str, Any], progress: Progress) -> None:
    """Evaluate what a training order trained on the splits by time, as far as that is not stored yet.

    Parameters
    ----------
    order : JobOrder
        The training, which is complete; only those of `PRESETS` are measured.
    manifest : mapping
        That of its version.
    progress : Progress
        Called with the phase `PHASE`.

    Raises
    ------
    RecsysError
        What `run_evaluations` raises.
    """
    models = Path(order.models)
    plan = EvaluationPlan(splits=missing_splits(manifest, EvaluationStore(models)))
    if order.preset not in PRESETS or not plan.splits:
        return
    dataset = load_dataset(order.data, scale=order.scale)
    if TIME not in dataset.ratings:
        return

    def measuring(phase: str, fraction: float, message: str = "") -> None:
        progress(PHASE, fraction, message)

    counted = PlanProgress(measuring, plan.count)
    run_evaluations(dataset, plan, order.preset, order.seed, models, counted, **order.settings)


def missing_splits(manifest: Mapping[str, Any], store: EvaluationStore) -> tuple[str, ...]:
    """The splits by time without a stored evaluation of the same data and settings, whatever the seed."""
    stored = newest_by_split(store.all(), manifest)
    return tuple(split for split in LATER_SPLITS if split not in stored)
