"""A movie recommender: star predictions, lists and honest reports. These are the public names.

Each name is imported when first asked for, so that `import recsys` stays as light as a folder.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"  # pyproject.toml reads it without importing the package

_HOMES = {
    "Dataset": "recsys.data",
    "load_dataset": "recsys.data",
    "Recommender": "recsys.serving.recommender",
    "train": "recsys.training.pipeline",
    "evaluate": "recsys.training.pipeline",
    "save": "recsys.registry.bundle",
    "load": "recsys.registry",
    "RecsysError": "recsys.errors",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"recsys has no public name {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
