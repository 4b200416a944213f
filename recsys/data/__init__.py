"""Datasets: downloaded or read from files, checked once, and passed on as a `Dataset`."""

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
    """Load and check a dataset.

    Parameters
    ----------
    name_or_path : str or Path
        "ml-100k", which is fetched at first use, or a folder or zip in a MovieLens layout.
    progress : callable, optional
        Called as `progress(phase, fraction, message)` in the phases "fetch" and "check".
    scale : {"keep", "map"}, optional
        What to do with ratings on another scale than 0.5 to 5 stars: keep it, or map it to stars. The file scale.txt
        beside the ratings, with one of these words, does the same.
    limits : ReadLimits
        How much is read at most.

    Returns
    -------
    Dataset

    Raises
    ------
    SourceError
        No source delivers the dataset.
    DataError
        The dataset cannot be used.
    ScaleError
        The ratings are on another scale, and `scale` is missing.

    References
    ----------
    Harper and Konstan (2015), The MovieLens datasets: history and context, doi 10.1145/2827872.

    Examples
    --------
    >>> dataset = load_dataset("ml-100k")  # doctest: +SKIP
    """
    report_progress = progress or silent
    name = str(name_or_path)
    if name == sources.NAME:
        path = sources.obtain(name, progress=report_progress)
        name = path.stem if path == settings.data_folder() else name
    else:
        path = Path(name_or_path).expanduser()
        name = path.stem
    report_progress("check", 0.0, f"Reading {name}")
    raw = movielens.read(path, limits)
    report_progress("check", 0.5, f"Checking {name}")
    dataset = Dataset.from_raw(name, *raw._replace(scale=scale or raw.scale))
    report_progress("check", 1.0, f"{len(dataset.ratings):,} ratings checked")
    return dataset
