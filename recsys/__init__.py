"""A movie recommender: star predictions, top-N lists and honest reports. These are the public names.

Each name is imported at its first use, so that `import recsys` loads nothing heavy.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"  # pyproject.toml reads it without importing the package

_MODULES = {
    "Dataset": "recsys.data",
    "load_dataset": "recsys.data",
    "Recommender": "recsys.serving.recommender",
    "train": "recsys.training.pipeline",
    "evaluate": "recsys.training.pipeline",
    "save": "recsys.registry.bundle",
    "load": "recsys.registry",
    "RecsysError": "recsys.errors",
}
__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"recsys has no public name {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return __all__
