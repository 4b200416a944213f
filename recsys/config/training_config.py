"""Every setting of a training: the components' configurations side by side, and the presets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any

from recsys.config import features, models
from recsys.config.setting import range_problem, setting
from recsys.errors import InputError, Problem, shown

PRESET_NAMES = ("quick", "full")
OPTIONAL_FEATURES = ("histograms", "activity", "demographics", "genre_pca", "ease")
DISABLED_FEATURES = "disabled_features"


@dataclass(frozen=True)
class TrainingConfig:
    """The settings of one training.

    A setting is called `component.name`, as in `boosting.depth`; where only one component has a setting of this name,
    `depth` says it too. `SETTINGS` has the range and meaning of each.
    """

    boosting: models.BoostingConfig = models.BoostingConfig()
    softmax_regression: models.SoftmaxRegressionConfig = models.SoftmaxRegressionConfig()
    cross_fitting: models.CrossFittingConfig = models.CrossFittingConfig()
    vocabulary: features.VocabularyConfig = features.VocabularyConfig()
    damped_bias: features.DampedBiasConfig = features.DampedBiasConfig()
    histograms: features.HistogramsConfig = features.HistogramsConfig()
    activity: features.ActivityConfig = features.ActivityConfig()
    genre_pca: features.GenrePcaConfig = features.GenrePcaConfig()
    cooccurrence_svd: features.CooccurrenceSvdConfig = features.CooccurrenceSvdConfig()
    ease: features.EaseConfig = features.EaseConfig()
    gaussian_process: features.GaussianProcessConfig = features.GaussianProcessConfig()
    movie_kernel: features.MovieKernelConfig = features.MovieKernelConfig()
    user_covariates: features.UserCovariatesConfig = features.UserCovariatesConfig()
    rating_calibration: features.RatingCalibrationConfig = features.RatingCalibrationConfig()
    als: models.AlsConfig = models.AlsConfig()
    als_any: models.AlsConfig = models.AlsConfig(lowest=1.0, middle=1.0, highest=1.0)
    als_liked: models.AlsConfig = models.AlsConfig(lowest=0.0, middle=0.2, factors=48, weight=3.0, ridge=30.0)
    als_broad: models.AlsConfig = models.AlsConfig(factors=16, weight=4.0)
    candidate_generation: models.CandidateGenerationConfig = models.CandidateGenerationConfig()
    demographic_lift: models.DemographicLiftConfig = models.DemographicLiftConfig()
    ranker_features: models.RankerFeaturesConfig = models.RankerFeaturesConfig()
    ranking_examples: models.RankingExamplesConfig = models.RankingExamplesConfig()
    ranker: models.RankerConfig = models.RankerConfig()
    ranker_boosting: models.BoostingConfig = models.BoostingConfig(trees=40, depth=4, min_child_weight=20.0)
    ranker_softmax_regression: models.SoftmaxRegressionConfig = models.SoftmaxRegressionConfig()
    test_fraction: float = setting(0.2, 0.05, 0.5, "Share of the ratings held out for the test.", on_train_page=True)
    seed: int = setting(0, 0, 2**31 - 1, "Seed of the split, the cross-fit and the trees.", on_train_page=True)
    disabled_features: str = field(
        default="", metadata={"help": "Disabled feature extractors, separated by commas.", "on_train_page": True}
    )

    @classmethod
    def of(cls, preset: str = "full", **changes: Any) -> TrainingConfig:
        """The preset's settings with some changed.

        Parameters
        ----------
        preset : str
            One of `PRESET_NAMES`.
        **changes
            New values by setting (`**{"boosting.depth": 4}`, or `depth=4`), or by component
            (`boosting={"depth": 4}`).

        Raises
        ------
        InputError
            Lists every unknown or ambiguous name, wrong type and value out of range.
        """
        if preset not in PRESETS:
            allowed = " or ".join(PRESET_NAMES)
            raise InputError.of([Problem("preset", shown(preset), allowed, "Choose one of these presets.")])
        named = dict(_flattened(changes))
        if problems := [problem for name, value in named.items() if (problem := setting_problem(name, value))]:
            raise InputError.of(problems)
        return PRESETS[preset].changed({full_names(name)[0]: value for name, value in named.items()})

    def changed(self, values: Mapping[str, Any]) -> TrainingConfig:
        """The same with other values, by full name; they are not checked."""
        top: dict[str, Any] = {}
        for name, value in values.items():
            component, _, own = name.rpartition(".")
            if not component:
                top[own] = value
            else:
                top[component] = replace(top.get(component, getattr(self, component)), **{own: value})
        return replace(self, **top)

    @property
    def star_model(self) -> models.StarModelConfig:
        """The settings of the model that predicts stars."""
        return models.StarModelConfig(self.softmax_regression, self.boosting, self.seed)

    @property
    def ranker_model(self) -> models.StarModelConfig:
        """The settings of the ranker's model: shallow trees, strongly shrunk, for most of it is linear."""
        return models.StarModelConfig(self.ranker_softmax_regression, self.ranker_boosting, self.seed)

    @property
    def als_variants(self) -> dict[str, models.AlsConfig]:
        """The factorisations that the ranker looks at, by name; the first one's scores decide the pool."""
        return {"als": self.als, "als_any": self.als_any, "als_liked": self.als_liked, "als_broad": self.als_broad}

    @property
    def disabled(self) -> tuple[str, ...]:
        """The names of the feature extractors that this configuration leaves out."""
        return tuple(filter(None, self.disabled_features.split(",")))

    def as_dict(self) -> dict[str, Any]:
        """The value of every setting by full name, as a bundle's manifest has them."""
        return dict(_flattened(asdict(self)))


def _flattened(changes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Changes by setting, those of a component taken apart."""
    pairs: list[tuple[str, Any]] = []
    for name, value in changes.items():
        if isinstance(value, Mapping):
            pairs += [(f"{name}.{own}", each) for own, each in value.items()]
        else:
            pairs.append((name, value))
    return pairs


def _settings() -> dict[str, Field[Any]]:
    """The field of each setting by full name."""
    by_name: dict[str, Field[Any]] = {}
    for each in fields(TrainingConfig):
        if "help" in each.metadata:
            by_name[each.name] = each
        else:
            by_name |= {f"{each.name}.{own.name}": own for own in fields(each.default)}  # type: ignore[arg-type]
    return by_name


SETTINGS = _settings()
PRESETS = {
    "quick": TrainingConfig(disabled_features="ease").changed(
        {
            "boosting.trees": 25,
            "boosting.learning_rate": 0.15,
            "gaussian_process.em_iterations": 1,
            "cross_fitting.folds": 3,
        }
    ),
    "full": TrainingConfig(),
}


def settings_by_component() -> dict[str, list[str]]:
    """The names of the settings by component; those of no component stand under ""."""
    names: dict[str, list[str]] = {}
    for full in SETTINGS:
        component, _, own = full.rpartition(".")
        names.setdefault(component, []).append(own)
    return names


def full_names(name: str) -> list[str]:
    """The settings that a name may mean: itself, or every `component.name` but those of the ranker's own model."""
    if name in SETTINGS:
        return [name]
    return [full for full in SETTINGS if full.rpartition(".")[2] == name and not full.startswith("ranker_")]


def setting_problem(name: str, value: object) -> Problem | None:
    """What is wrong with a changed setting; None where nothing is."""
    meant = full_names(name)
    if len(meant) > 1:
        return Problem(shown(name), shown(value), ", ".join(meant), "Name the component too.")
    if not meant:
        close = get_close_matches(name, [*SETTINGS, *(full.rpartition(".")[2] for full in SETTINGS)], n=5)
        allowed = ", ".join(dict.fromkeys(close)) or "the names that `train --help` lists"
        return Problem(shown(name), shown(value), allowed, "Use one of these settings.")
    if meant[0] != DISABLED_FEATURES:
        return range_problem(name, value, SETTINGS[meant[0]])
    if isinstance(value, str) and set(filter(None, value.split(","))) <= set(OPTIONAL_FEATURES):
        return None
    return Problem(name, shown(value), ", ".join(OPTIONAL_FEATURES), "Give names of these, separated by commas.")
