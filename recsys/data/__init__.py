"""The ratings: fetched or named, read, checked once at the door, carried as a Dataset."""

from __future__ import annotations

from pathlib import Path

from recsys import settings
from recsys.core.progress import Progress, silent
from recsys.data import movielens, sources
from recsys.data.dataset import Dataset
from recsys.data.limits import COMMAND_LINE, ReadLimits
from recsys.data.report import CheckReport
from recsys.data.scale import ScaleError
from recsys.data.sources import CITATION, LICENCES

__all__ = ["CITATION", "LICENCES", "CheckReport", "Dataset", "ScaleError", "load_dataset"]


def load_dataset(
    name_or_path: str | Path = sources.NAME,
    progress: Progress | None = None,
    scale: str | None = None,
    limits: ReadLimits = COMMAND_LINE,
) -> Dataset:
    """The dataset of that name ("ml-100k", fetched at first use), or in that folder or zip, checked.

    `progress(phase, fraction, message)` is told of the phases "fetch" and "check".
    Ratings of another scale than 0.5 to 5 stars need a `scale`, "keep" or "map", here or as the one word in a
    scale.txt beside them; ScaleError says so. No more is read than the limits allow; they depend on who asks.
    Raises SourceError when no source delivers it and DataError when it cannot be used.
    """
    tell = progress or silent
    name = str(name_or_path)
    if name == sources.NAME:
        path = sources.obtain(name, progress=tell)
        name = path.stem if path == settings.data_folder() else name
    else:
        path = Path(name_or_path).expanduser()
        name = path.stem
    tell("check", 0.0, f"Reading {name}")
    raw = movielens.read(path, limits)
    tell("check", 0.5, f"Checking {name}")
    dataset = Dataset.from_raw(name, *raw._replace(scale=scale or raw.scale))
    tell("check", 1.0, f"{len(dataset.ratings):,} ratings checked")
    return dataset
