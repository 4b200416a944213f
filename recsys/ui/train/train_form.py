"""The training form: dataset, preset, every setting with range and meaning, and a reason for the event log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from recsys.config import PRESET_NAMES, SETTINGS, TrainingConfig
from recsys.data import sources
from recsys.settings import data_folder
from recsys.training.jobs.private_trials import DATASET, PRESET
from recsys.ui.common.text import clean
from recsys.ui.train import advanced_settings, form_memory

PRESET_HELP = {
    "full": "All features and more trees: the most accurate model.",
    "quick": "Fewer trees and features: nearly as good, in half the time.",
}
LONGEST_WHY = 300


@dataclass(frozen=True)
class TrainingForm:
    """Values of the form; `settings` are those that differ from the preset's."""

    dataset: str
    preset: str
    seed: int
    settings: Mapping[str, Any]
    why: str

    def config(self) -> TrainingConfig:
        """The training configuration. Raises InputError if a setting is out of its range."""
        return TrainingConfig.of(self.preset, seed=self.seed, **self.settings)


def draw(active: Mapping[str, Any] | None) -> TrainingForm:
    """Draw the form; the default dataset is that of the active version (a row of the registry)."""
    left, right = st.columns(2, gap="medium")
    dataset_labels = datasets(active)
    with left:
        names = list(dataset_labels)
        remembered = form_memory.initial("train_data", names[0])
        index = names.index(remembered) if remembered in names else 0
        dataset = st.selectbox(
            "Ratings",
            names,
            index=index,
            format_func=lambda path: dataset_labels.get(path, str(path)),
            key="train_data",
        )
    with right:
        preset = st.segmented_control(
            "Preset",
            PRESET_NAMES[::-1],
            default=form_memory.initial("train_preset", "full"),
            required=True,
            key="train_preset",
            format_func=str.capitalize,
        )
    preset = str(preset)
    st.caption(PRESET_HELP[preset])
    settings = advanced_settings.draw(preset)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        seed = _seed("train_seed")
    with right:
        why = st.text_input(
            "Reason",
            max_chars=LONGEST_WHY,
            placeholder="For the event log (optional)",
            key="train_why",
            autocomplete="off",
        )
    return TrainingForm(str(dataset), preset, seed, settings, clean(why, LONGEST_WHY))


def draw_trial() -> TrainingForm:
    """Draw the form of a private trial: settings and seed only, data and preset are fixed."""
    settings = advanced_settings.draw(PRESET)
    seed = _seed("trial_seed", width=200)
    return TrainingForm(DATASET, PRESET, seed, settings, "")


def datasets(active: Mapping[str, Any] | None) -> dict[str, str]:
    """Datasets to train on, uploaded zips included: path or name, and label. That of the active version is first."""
    folder = data_folder()
    labels = {sources.NAME: sources.TITLE}
    for path in sorted([*folder.glob("*.zip"), *(folder / "uploads").glob("*.zip")]):
        if path.name != sources.ZIP_NAME:
            labels[str(path)] = clean(path.name)
    active_name = str(((active or {}).get("data") or {}).get("name") or "")
    first = next((path for path in labels if Path(path).stem == active_name), sources.NAME)
    return {first: labels.pop(first), **labels}


def _seed(key: str, **options: Any) -> int:
    highest = SETTINGS["seed"].metadata["high"]
    return int(
        st.number_input(
            "Seed",
            0,
            highest,
            form_memory.initial(key, 0),
            help=advanced_settings.help_text("seed"),
            key=key,
            **options,
        )
    )
