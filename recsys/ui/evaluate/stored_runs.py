"""Fresh evaluations stored beside the model on the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import streamlit as st

from recsys.config import TrainingConfig
from recsys.evaluation.audit import failures
from recsys.settings import models_folder
from recsys.training.ablation import ABLATION, removable
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.training.evaluation_store import FOLDS, Evaluation, EvaluationStore
from recsys.ui.common.text import plain

OTHER_SPLITS = ("user-last", "global-time")
FOLD_COUNT = 5
LONGEST = 400  # characters of a check's measurement


def newest_evaluations(manifest: Mapping[str, Any]) -> dict[str, Evaluation]:
    """The newest stored evaluation of each split with this model's data and settings, by split."""
    newest_by_split: dict[str, Evaluation] = {}
    if {"settings", "data"} <= set(manifest):
        for evaluation in _cached_evaluations(str(models_folder()), tuple(EvaluationStore().names())):
            if evaluation.of_same(manifest):
                newest_by_split.setdefault(evaluation.split, evaluation)
    return newest_by_split


def missing_plan(evaluations: Collection[str], config: TrainingConfig) -> EvaluationPlan:
    """The plan of every evaluation that Evaluate has a place for and that is not among these splits."""
    return EvaluationPlan(
        splits=tuple(name for name in OTHER_SPLITS if name not in evaluations),
        folds=0 if FOLDS in evaluations else FOLD_COUNT,
        ablation=ABLATION not in evaluations and bool(removable(config)),
    )


def leakage_errors(evaluations: Iterable[Evaluation]) -> None:
    """One error for each leak that an evaluation's audit found."""
    for evaluation in evaluations:
        for failure in failures(evaluation.audit):
            st.error(plain(failure, LONGEST), title=f"Leakage audit failed in the evaluation {evaluation.split}")


@st.cache_resource(show_spinner=False, max_entries=2)
def _cached_evaluations(folder: str, names: tuple[str, ...]) -> list[Evaluation]:
    return EvaluationStore().all()
