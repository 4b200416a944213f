"""Fresh evaluations stored beside the bundles, of the data and settings of one model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from recsys.evaluation import Report
from recsys.evaluation.split_comparison import LATER_SPLITS, STRATIFIED
from recsys.settings import models_folder
from recsys.training.evaluation_store import Evaluation, EvaluationStore, newest_by_split


def newest_evaluations(manifest: Mapping[str, Any]) -> dict[str, Evaluation]:
    """The newest stored evaluation of each split with this model's data and settings, by split."""
    return newest_by_split(_cached_evaluations(str(models_folder()), tuple(EvaluationStore().names())), manifest)


def split_tables(report: Report, manifest: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """The report's table and those of the measured splits by time, by split."""
    stored = newest_evaluations(manifest)
    return {STRATIFIED: report.table} | {split: stored[split].table for split in LATER_SPLITS if split in stored}


@st.cache_resource(show_spinner=False, max_entries=2)
def _cached_evaluations(folder: str, names: tuple[str, ...]) -> list[Evaluation]:
    return EvaluationStore().all()
