"""Evaluations that were made afresh, kept beside the bundles: one JSON file each, written beside and renamed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recsys.config import TrainingConfig
from recsys.core import strict_json
from recsys.core.atomic_file import temporary_path, write_file, write_new
from recsys.core.regular_file import read_regular
from recsys.core.serialization import columns, json_bytes
from recsys.errors import BundleError
from recsys.evaluation import AUDIT_COLUMNS, COLUMNS
from recsys.evaluation.slices import SLICE_COLUMNS
from recsys.settings import models_folder

FORMAT = 1
FOLDS = "folds"
TABLES = {"table": COLUMNS, "slices": SLICE_COLUMNS, "audit": ("split", *AUDIT_COLUMNS)}
FIGURES = {"value", "low", "high"}  # columns that may be NaN
LARGEST = 50_000_000  # bytes
ROOM = 500_000  # bytes that have to be free: an evaluation of MovieLens 100K takes 30 to 110 KB
_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")


@dataclass(frozen=True)
class Evaluation:
    """What came out of a fresh evaluation, and of what.

    `table` has the report's columns; with folds, one report a fold, named in `split`. `slices` are those of
    `recsys.evaluation.slices`, `audit` the leakage audit of each training. `about` tells split ("folds" for a
    cross-validation), folds, preset, settings, stars, data, seconds.
    """

    about: Mapping[str, Any]
    table: pd.DataFrame
    audit: pd.DataFrame
    slices: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SLICE_COLUMNS)))
    name: str = ""

    @property
    def split(self) -> str:
        """The split, `FOLDS` for a cross-validation."""
        return str(self.about["split"])

    @property
    def created(self) -> datetime:
        """When it was kept, in UTC; known of one that was read."""
        return datetime.strptime(self.name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    def of_same(self, manifest: Mapping[str, Any]) -> bool:
        """Whether a bundle's manifest tells of the same data and settings, whatever the seed.

        A setting that did not exist yet when one of them was written has its default there.
        """
        usual = TrainingConfig().as_dict()
        ours, theirs = ({**usual, **told["settings"], "seed": 0} for told in (self.about, manifest))
        return ours == theirs and self.about["data"]["fingerprint"] == manifest["data"]["fingerprint"]

    def spread(self) -> pd.DataFrame:
        """Over the parts of the table: model, slice, metric, mean, sd, lowest, highest, parts.

        sd is that of a sample (divided by parts - 1), NaN for one part; undefined values are left out.
        """
        groups = self.table.groupby(["model", "slice", "metric"], sort=False)["value"]
        found = groups.agg(mean="mean", sd="std", lowest="min", highest="max", parts="count")
        return found.reset_index()


class Evaluations:
    """The evaluations of one models folder. Cheap to make; reads the disk only when asked."""

    def __init__(self, models: Path | None = None) -> None:
        self.folder = Path(models or models_folder()) / "evaluations"

    def keep(self, evaluation: Evaluation) -> str:
        """Write one whole or not at all. Returns its name; BundleError when the disk refuses."""
        name = _new_name()
        tables = {key: columns(getattr(evaluation, key)) for key in TABLES}
        content = json_bytes({"format": FORMAT, "about": dict(evaluation.about), **tables})
        with self._writing():
            write_file(self.folder / f"{name}.json", content, durable=False)
        return name

    def require_room(self) -> None:
        """Raise BundleError when one could not be kept now: to be asked before minutes are spent on it."""
        with self._writing(), temporary_path(self.folder / _new_name()) as beside:
            write_new(beside, bytes(ROOM), durable=False)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Make the folder. What the disk refuses becomes a BundleError in words."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise BundleError(
                f"The evaluation can't be kept ({error.strerror}); free some space or correct the folder's "
                "permissions, and evaluate again."
            ) from error

    def names(self) -> list[str]:
        """Every evaluation's name, newest first. A small read; never raises."""
        try:
            found = [entry.name.removesuffix(".json") for entry in os.scandir(self.folder) if entry.is_file()]
        except OSError:
            return []
        return sorted((name for name in found if _NAME.fullmatch(name)), reverse=True)

    def read(self, name: str) -> Evaluation:
        """One evaluation. Raises BundleError for one that is not there or not legible."""
        if name not in self.names():
            raise BundleError(f"There is no evaluation {ascii(name)[:80]}.")
        path = self.folder / f"{name}.json"
        try:
            told = strict_json.parse(read_regular(path, LARGEST), limited=False)
            if told["format"] != FORMAT:
                raise ValueError(f"format {told['format']}")
            return Evaluation(about=dict(told["about"]), name=name, **{key: _table(told, key) for key in TABLES})
        except Exception as error:  # whatever is raised on a file that somebody else may have written
            raise BundleError(f"The evaluation {name} is not legible; evaluate again.") from error

    def all(self) -> list[Evaluation]:
        """Every legible evaluation, newest first."""
        found = []
        for name in self.names():
            try:
                found.append(self.read(name))
            except BundleError:
                continue
        return found


def _new_name() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"


def _table(told: Mapping[str, Any], key: str) -> pd.DataFrame:
    names = list(TABLES[key])
    table = pd.DataFrame(told[key], columns=names)
    if table.empty:
        return pd.DataFrame(columns=names)
    return table.astype(dict.fromkeys(FIGURES & set(names), np.float64))
