"""What the stored evaluations lack, and the leaks that they found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import streamlit as st

from recsys.config import TrainingConfig
from recsys.evaluation.audit import failures
from recsys.evaluation.split_comparison import LATER_SPLITS
from recsys.training.ablation import ABLATION, removable
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.training.evaluation_store import FOLDS, Evaluation
from recsys.ui.common.text import plain

FOLD_COUNT = 5
LONGEST = 400  # characters of a check's measurement


def missing_plan(evaluations: Collection[str], config: TrainingConfig) -> EvaluationPlan:
    """The plan of every evaluation that Evaluate has a place for and that is not among these splits."""
    return EvaluationPlan(
        splits=tuple(name for name in LATER_SPLITS if name not in evaluations),
        folds=0 if FOLDS in evaluations else FOLD_COUNT,
        ablation=ABLATION not in evaluations and bool(removable(config)),
    )


def leakage_errors(evaluations: Iterable[Evaluation]) -> None:
    """One error for each leak that an evaluation's audit found."""
    for evaluation in evaluations:
        for failure in failures(evaluation.audit):
            st.error(plain(failure, LONGEST), title=f"Leakage audit failed in the evaluation {evaluation.split}")
