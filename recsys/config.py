"""Every setting of a training, with its range and its meaning, and the presets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from recsys.errors import InputError, Problem, shown

PRESET_NAMES = ("quick", "full")
OPTIONAL_FEATURES = ("histograms", "activity", "demographics", "genre_pca", "ease")


def _setting(default: Any, low: float, high: float, help: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "help": help})


@dataclass(frozen=True)
class TrainingConfig:
    """The settings of one training; `fields(TrainingConfig)` carries the range and help of each."""

    trees: int = _setting(60, 1, 2000, "Boosting rounds; each grows one tree per star.")
    depth: int = _setting(5, 1, 12, "Most questions a tree asks in a row.")
    learning_rate: float = _setting(0.06, 0.001, 1.0, "How far each round moves the prediction.")
    subsample: float = _setting(0.7, 0.1, 1.0, "Share of the training rows that each tree sees.")
    colsample: float = _setting(0.3, 0.05, 1.0, "Share of the features that each question may use.")
    min_child_weight: float = _setting(40.0, 0.0, 1000.0, "Least evidence in a leaf; more is smoother.")
    l2: float = _setting(20.0, 0.0, 1000.0, "Shrinkage of the leaves towards zero.")
    bins: int = _setting(64, 8, 1024, "Histogram bins per feature; fewer is faster.")
    ridge: float = _setting(300.0, 0.001, 100_000.0, "Shrinkage of the linear part that the trees start from.")
    em_iterations: int = _setting(
        5, 0, 20, "Times that the covariance of movies is learned anew from everybody's rows."
    )
    pca_variance: float = _setting(0.9, 0.1, 1.0, "Share of the genres' variance that the PCA keeps.")
    damping: float = _setting(5.0, 0.0, 100.0, "Ratings' worth of zero mixed into every offset.")
    folds: int = _setting(5, 2, 20, "Parts of the cross-fit that makes the training rows' features.")
    cold_start_fraction: float = _setting(
        0.4, 0.0, 0.9, "Share of rows shown once more as those of newcomers with a few ratings or none."
    )
    relevance_threshold: float = _setting(
        0.8, 0.0, 1.0, "Share of the top star from which a list wants a movie: .8 is one that is liked, 0 any."
    )
    test_fraction: float = _setting(0.2, 0.05, 0.5, "Share of the ratings held out for the report.")
    seed: int = _setting(0, 0, 2**31 - 1, "Seed of the split, the cross-fit and the trees.")
    disabled_features: str = field(default="", metadata={"help": "Feature extractors left out, separated by commas."})

    @classmethod
    def of(cls, preset: str = "full", **changes: Any) -> TrainingConfig:
        """The preset's settings with some changed.

        Raises InputError listing every unknown name, wrong type and value out of range.
        """
        if preset not in PRESETS:
            allowed = " or ".join(PRESET_NAMES)
            raise InputError.of([Problem("preset", shown(preset), allowed, "Choose one of these presets.")])
        known = {setting.name: setting for setting in fields(cls)}
        problems = [_problem(name, value, known.get(name)) for name, value in changes.items()]
        if found := [problem for problem in problems if problem]:
            raise InputError.of(found)
        return cls(**(asdict(PRESETS[preset]) | changes))

    @property
    def disabled(self) -> tuple[str, ...]:
        """The names of the signals that this recipe does without."""
        return tuple(filter(None, self.disabled_features.split(",")))

    def as_dict(self) -> dict[str, Any]:
        """The settings by name, as they are written into a bundle."""
        return asdict(self)


def _problem(name: str, value: object, setting: Any) -> Problem | None:
    if setting is None:
        allowed = ", ".join(known.name for known in fields(TrainingConfig))
        return Problem(shown(name), shown(value), allowed, "Use one of these settings.")
    if setting.type == "str":
        return _names_problem(name, value)
    low, high = setting.metadata["low"], setting.metadata["high"]
    whole = setting.type == "int"
    right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if right and low <= value <= high:
        return None
    kind = "a whole number" if whole else "a number"
    return Problem(name, shown(value), f"{kind} from {low} to {high}", "Give a value in this range.")


def _names_problem(name: str, value: object) -> Problem | None:
    if isinstance(value, str) and set(filter(None, value.split(","))) <= set(OPTIONAL_FEATURES):
        return None
    return Problem(name, shown(value), ", ".join(OPTIONAL_FEATURES), "Give names of these, separated by commas.")


PRESETS = {
    "quick": TrainingConfig(trees=25, learning_rate=0.15, em_iterations=1, folds=3, disabled_features="ease"),
    "full": TrainingConfig(),
}
