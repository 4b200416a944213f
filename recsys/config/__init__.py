"""The settings of a training: a frozen dataclass of numbers for each component, all inside `TrainingConfig`."""

from recsys.config.training_config import (
    DISABLED_FEATURES,
    OPTIONAL_FEATURES,
    PRESET_NAMES,
    PRESETS,
    SETTINGS,
    TrainingConfig,
    full_names,
    setting_problem,
    settings_by_component,
)

__all__ = [
    "DISABLED_FEATURES",
    "OPTIONAL_FEATURES",
    "PRESETS",
    "PRESET_NAMES",
    "SETTINGS",
    "TrainingConfig",
    "full_names",
    "setting_problem",
    "settings_by_component",
]
