"""What to train: data, preset, every setting with its range and meaning, and a reason for the journal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

import streamlit as st

from recsys.config import OPTIONAL_FEATURES, PRESET_NAMES, TrainingConfig
from recsys.data import sources
from recsys.glossary import extractor_name, setting_name, setting_value
from recsys.settings import data_folder
from recsys.training.jobs.private_trials import DATASET, PRESET
from recsys.ui.common.text import clean, plain

ABOUT = {
    "full": "Everything it can do. For the model that all visitors see.",
    "quick": "Fewer trees, one signal less, a simpler covariance: nearly as good in half the time.",
}
GROUPS = {
    "Trees": ("trees", "depth", "learning_rate", "subsample", "colsample", "min_child_weight", "l2", "bins"),
    "Signals": ("em_iterations", "pca_variance", "damping", "ridge", "folds", "cold_start_fraction"),
    "Lists and report": ("relevance_threshold", "test_fraction"),
}
KNOWN: Mapping[str, Field[Any]] = {setting.name: setting for setting in fields(TrainingConfig)}
LONGEST_WHY = 300
FORM = "train_form"  # in the session: what the form was given, by the keys of its fields
KEPT = ("train_data", "train_preset", "train_seed", "trial_seed")  # a reason is given anew
OF_PRESETS = tuple(f"train_{preset}_" for preset in PRESET_NAMES)


@dataclass(frozen=True)
class TrainingForm:
    """A training as it was asked for; `settings` are those that differ from the preset's."""

    dataset: str
    preset: str
    seed: int
    settings: Mapping[str, Any]
    why: str

    def config(self) -> TrainingConfig:
        """Its settings. Raises InputError for one that is out of its range."""
        return TrainingConfig.of(self.preset, seed=self.seed, **self.settings)


def ask(active: Mapping[str, Any] | None) -> TrainingForm:
    """The form; it begins with what the active version (a row of the shelf) was trained on."""
    left, right = st.columns(2, gap="medium")
    offers = datasets(active)
    with left:
        names = list(offers)
        first = names.index(last) if (last := _given("train_data", names[0])) in names else 0
        dataset = st.selectbox("Ratings", names, index=first, format_func=offers.get, key="train_data")
    with right:
        preset = st.segmented_control(
            "Preset",
            PRESET_NAMES[::-1],
            default=_given("train_preset", "full"),
            required=True,
            key="train_preset",
            format_func=str.capitalize,
        )
    preset = str(preset)
    st.caption(ABOUT[preset])
    settings = _settings(preset)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        seed = _seed("train_seed")
    with right:
        why = st.text_input(
            "Why", max_chars=LONGEST_WHY, placeholder="A reason, for the journal", key="train_why", autocomplete="off"
        )
    return TrainingForm(str(dataset), preset, seed, settings, clean(why, LONGEST_WHY))


def ask_trial() -> TrainingForm:
    """The form of a private trial: its settings; data and preset are given."""
    settings = _settings(PRESET)
    seed = _seed("trial_seed", width=200)
    return TrainingForm(DATASET, PRESET, seed, settings, "")


def remember() -> None:
    """Keep what the form was given while a job is shown in its place; Streamlit forgets what is not drawn."""
    given = {key: value for key, value in st.session_state.items() if key in KEPT or str(key).startswith(OF_PRESETS)}
    st.session_state[FORM] = st.session_state.get(FORM, {}) | given


def _given(key: str, usual: Any) -> Any:
    """What a field begins with: what it was given before a job took the form's place, else what is usual."""
    return st.session_state.get(FORM, {}).get(key, usual)


def datasets(active: Mapping[str, Any] | None) -> dict[str, str]:
    """What can be trained on, as a training takes it, and how it is called: zips that the owner brought too."""
    folder = data_folder()
    found = {sources.NAME: sources.TITLE}
    for path in sorted([*folder.glob("*.zip"), *(folder / "uploads").glob("*.zip")]):
        if path.name != sources.ZIP_NAME:
            found[str(path)] = clean(path.name)
    last = str(((active or {}).get("data") or {}).get("name") or "")
    chosen = next((path for path in found if Path(path).stem == last), sources.NAME)
    return {chosen: found.pop(chosen), **found}


def _settings(preset: str) -> dict[str, Any]:
    """The settings that were changed."""
    usual = TrainingConfig.of(preset).as_dict()
    with st.expander("Every setting", icon=":material/tune:"):
        found = {
            name: value
            for group, names in GROUPS.items()
            for name, value in _group(preset, group, names, usual).items()
        }
        left_out = st.multiselect(
            setting_name("disabled_features"),
            OPTIONAL_FEATURES,
            default=_given(
                key := f"train_{preset}_disabled_features",
                [name for name in usual["disabled_features"].split(",") if name],
            ),
            format_func=extractor_name,
            key=key,
            placeholder="None",
            help="What the model shall not look at; Evaluate, Inside, measures what each is worth.",
        )
        found["disabled_features"] = ",".join(left_out)
    changed = {name: value for name, value in found.items() if value != usual[name]}
    if changed:
        told = "; ".join(f"{setting_name(name)} {setting_value(name, value)}" for name, value in changed.items())
        st.caption(f"Changed from the preset: {plain(told, LONGEST_WHY)}.")
    return changed


def _group(preset: str, group: str, names: Sequence[str], usual: Mapping[str, Any]) -> dict[str, Any]:
    st.markdown(f"**{group}**")
    cells = st.grid(len(names), min_column_width=150)
    return {name: _number(cells, preset, name, usual[name]) for name in names}


def _number(cells: Any, preset: str, name: str, usual: float) -> float:
    about, whole = KNOWN[name].metadata, isinstance(usual, int)
    kind, key = int if whole else float, f"train_{preset}_{name}"
    step = 1 if whole else 10.0 ** math.floor(math.log10(usual))
    return cells.number_input(
        setting_name(name),
        kind(about["low"]),
        kind(about["high"]),
        kind(_given(key, usual)),
        step=step,
        format=None if whole else "%g",
        help=_help(name),
        key=key,
    )


def _seed(key: str, **options: Any) -> int:
    highest = KNOWN["seed"].metadata["high"]
    return int(st.number_input("Seed", 0, highest, _given(key, 0), help=_help("seed"), key=key, **options))


def _help(name: str) -> str:
    about = KNOWN[name].metadata
    return f"{about['help']} From {about['low']:,} to {about['high']:,}."
