"""The settings of a training that differ from its preset: fields that are drawn only while they are opened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from recsys.config import DISABLED_FEATURES, OPTIONAL_FEATURES, SETTINGS, TrainingConfig
from recsys.config.setting import is_whole
from recsys.glossary import extractor_name, setting_name, setting_value
from recsys.ui.common.text import plain
from recsys.ui.train import form_memory

OPENED = "train_settings"  # widget key
GROUPS = {  # heading and components
    "Split and cross-fitting": ("", "cross_fitting"),
    "Trees": ("boosting",),
    "Features": (
        "damped_bias",
        "histograms",
        "genre_pca",
        "cooccurrence_svd",
        "ease",
        "gaussian_process",
        "softmax_regression",
    ),
    "Recommendations": ("als", "candidate_generation", "ranking_examples"),
}
OFFERED = [  # the ranker's own trees and factors are set on the command line only
    name
    for name, setting in SETTINGS.items()
    if setting.metadata["on_train_page"]
    and name not in ("seed", DISABLED_FEATURES)
    and any(name.rpartition(".")[0] in components for components in GROUPS.values())
]
LONGEST_SUMMARY = 300  # characters


def draw(preset: str) -> dict[str, Any]:
    """Draw the settings and return those that were changed, by full name; closed ones keep their values."""
    default = TrainingConfig.of(preset).as_dict()
    expander = st.expander("Advanced settings", icon=":material/tune:", key=OPENED, on_change="rerun")
    if expander.open:
        with expander:
            values = _fields(preset, default)
    else:
        form_memory.remember()  # fields that have just been closed still have their values
        values = _remembered(preset, default)
    changed = {name: value for name, value in values.items() if value != default[name]}
    if changed:
        summary = "; ".join(f"{setting_name(name)} {setting_value(name, value)}" for name, value in changed.items())
        st.caption(f"Changed from the preset: {plain(summary, LONGEST_SUMMARY)}.")
    return changed


def help_text(name: str) -> str:
    """What a setting means, and its range."""
    about = SETTINGS[name].metadata
    return f"{about['help']} From {about['low']:,} to {about['high']:,}."


def _fields(preset: str, default: Mapping[str, Any]) -> dict[str, Any]:
    """All fields by group, with their values."""
    values: dict[str, Any] = {}
    for heading, components in GROUPS.items():
        st.markdown(f"**{heading}**")
        cells = st.grid(3, min_column_width=180, vertical_alignment="bottom")
        names = [name for component in components for name in OFFERED if name.rpartition(".")[0] == component]
        values |= {name: _number(cells, preset, name, default[name]) for name in names}
    chosen = st.multiselect(
        "Features to leave out",
        OPTIONAL_FEATURES,
        default=form_memory.initial(_key(preset, DISABLED_FEATURES), _extractors(default)),
        format_func=extractor_name,
        key=_key(preset, DISABLED_FEATURES),
        placeholder="None",
        help="The model does not use them. Evaluate, Features shows how much each helps.",
    )
    return values | {DISABLED_FEATURES: ",".join(chosen)}


def _remembered(preset: str, default: Mapping[str, Any]) -> dict[str, Any]:
    """The values of the fields when they were closed."""
    values = {name: form_memory.initial(_key(preset, name), default[name]) for name in OFFERED}
    disabled = form_memory.initial(_key(preset, DISABLED_FEATURES), _extractors(default))
    return values | {DISABLED_FEATURES: ",".join(disabled)}


def _number(cells: Any, preset: str, name: str, default: float) -> float:
    setting, whole = SETTINGS[name].metadata, is_whole(SETTINGS[name])
    kind = int if whole else float
    step = 1 if whole else 10.0 ** math.floor(math.log10(default))
    return cells.number_input(
        setting_name(name),
        kind(setting["low"]),
        kind(setting["high"]),
        kind(form_memory.initial(_key(preset, name), default)),
        step=step,
        format=None if whole else "%g",
        help=help_text(name),
        key=_key(preset, name),
    )


def _extractors(default: Mapping[str, Any]) -> list[str]:
    return [name for name in default[DISABLED_FEATURES].split(",") if name]


def _key(preset: str, name: str) -> str:
    return f"train_{preset}_{name}"
