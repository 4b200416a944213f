"""The fresh evaluations that are kept beside the model on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from recsys.evaluation.audit import failures
from recsys.settings import models_folder
from recsys.training.evaluation_store import Evaluation, EvaluationStore
from recsys.ui.common.text import plain

LONGEST = 400  # characters of what a check measured


def newest(manifest: Mapping[str, Any]) -> dict[str, Evaluation]:
    """The newest kept evaluation of each split that is of this model's data and settings."""
    found: dict[str, Evaluation] = {}
    if {"settings", "data"} <= set(manifest):
        for one in _read(str(models_folder()), tuple(EvaluationStore().names())):
            if one.of_same(manifest):
                found.setdefault(one.split, one)
    return found


def alarms(kept: Iterable[Evaluation]) -> None:
    """One alarm for each leak that an evaluation's audit found."""
    for one in kept:
        for each in failures(one.audit):
            st.error(plain(each, LONGEST), title=f"The leakage audit failed in an evaluation ({one.split})")


@st.cache_resource(show_spinner=False, max_entries=2)
def _read(folder: str, names: tuple[str, ...]) -> list[Evaluation]:
    return EvaluationStore().all()
