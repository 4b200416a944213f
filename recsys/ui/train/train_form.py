"""The training form: dataset, preset, every setting with range and meaning, and a reason for the event log."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from recsys.config import DISABLED_FEATURES, OPTIONAL_FEATURES, PRESET_NAMES, SETTINGS, TrainingConfig
from recsys.config.setting import is_whole
from recsys.data import sources
from recsys.glossary import COMPONENTS, component_name, extractor_name, own_name, setting_name, setting_value
from recsys.settings import data_folder
from recsys.training.jobs.private_trials import DATASET, PRESET
from recsys.ui.common.text import clean, plain

PRESET_HELP = {
    "full": "All features and more trees: the most accurate model.",
    "quick": "Fewer trees and features: nearly as good, in half the time.",
}
OFFERED = [
    name
    for name, setting in SETTINGS.items()
    if setting.metadata["on_train_page"] and name not in ("seed", DISABLED_FEATURES)
]
LONGEST_WHY = 300
FORM = "train_form"  # session key: the form's values by widget key
REMEMBERED = ("train_data", "train_preset", "train_seed", "trial_seed")  # widget keys; the reason is asked again
PRESET_PREFIXES = tuple(f"train_{preset}_" for preset in PRESET_NAMES)


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
        index = names.index(remembered) if (remembered := _initial("train_data", names[0])) in names else 0
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
            default=_initial("train_preset", "full"),
            required=True,
            key="train_preset",
            format_func=str.capitalize,
        )
    preset = str(preset)
    st.caption(PRESET_HELP[preset])
    settings = _settings(preset)
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
    settings = _settings(PRESET)
    seed = _seed("trial_seed", width=200)
    return TrainingForm(DATASET, PRESET, seed, settings, "")


def remember() -> None:
    """Store the form's values while a job is shown instead; Streamlit forgets widgets that are not drawn."""
    values = {
        key: value
        for key, value in st.session_state.items()
        if key in REMEMBERED or str(key).startswith(PRESET_PREFIXES)
    }
    st.session_state[FORM] = st.session_state.get(FORM, {}) | values


def _initial(key: str, default: Any) -> Any:
    """Initial value of a field: the remembered one, otherwise the default."""
    return st.session_state.get(FORM, {}).get(key, default)


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


def _settings(preset: str) -> dict[str, Any]:
    """The settings that were changed, by full name."""
    default = TrainingConfig.of(preset).as_dict()
    with st.expander("Advanced settings", icon=":material/tune:"):
        values = {
            name: value for component in COMPONENTS for name, value in _component(preset, component, default).items()
        }
        values[DISABLED_FEATURES] = _disabled_features(preset, default[DISABLED_FEATURES])
    changed = {name: value for name, value in values.items() if value != default[name]}
    if changed:
        summary = "; ".join(f"{setting_name(name)} {setting_value(name, value)}" for name, value in changed.items())
        st.caption(f"Changed from the preset: {plain(summary, LONGEST_WHY)}.")
    return changed


def _component(preset: str, component: str, default: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of one component."""
    names = [name for name in OFFERED if name.rpartition(".")[0] == component]
    st.markdown(f"**{component_name(component)}**")
    cells = st.grid(4, min_column_width=150, vertical_alignment="bottom")
    return {name: _number(cells, preset, name, default[name]) for name in names}


def _disabled_features(preset: str, default: str) -> str:
    key = f"train_{preset}_{DISABLED_FEATURES}"
    chosen = st.multiselect(
        setting_name(DISABLED_FEATURES),
        OPTIONAL_FEATURES,
        default=_initial(key, [name for name in default.split(",") if name]),
        format_func=extractor_name,
        key=key,
        placeholder="None",
        help="Features that the model does not use. Evaluate, Features shows how much each helps.",
    )
    return ",".join(chosen)


def _number(cells: Any, preset: str, name: str, default: float) -> float:
    setting, whole = SETTINGS[name].metadata, is_whole(SETTINGS[name])
    kind, key = int if whole else float, f"train_{preset}_{name}"
    step = 1 if whole else 10.0 ** math.floor(math.log10(default))
    return cells.number_input(
        _label(name),
        kind(setting["low"]),
        kind(setting["high"]),
        kind(_initial(key, default)),
        step=step,
        format=None if whole else "%g",
        help=_help(name),
        key=key,
    )


def _label(name: str) -> str:
    """The setting's own name; with its component if another field has the same."""
    own = own_name(name)
    fields = [other for other in OFFERED if other.rpartition(".")[0] in COMPONENTS]
    return setting_name(name) if sum(own_name(field) == own for field in fields) > 1 else own


def _seed(key: str, **options: Any) -> int:
    highest = SETTINGS["seed"].metadata["high"]
    return int(st.number_input("Seed", 0, highest, _initial(key, 0), help=_help("seed"), key=key, **options))


def _help(name: str) -> str:
    about = SETTINGS[name].metadata
    return f"{about['help']} From {about['low']:,} to {about['high']:,}."
