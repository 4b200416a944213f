"""Evaluations stored beside the bundles: one JSON file each, written beside and renamed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
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
NUMBER_COLUMNS = {"value", "low", "high"}  # may be NaN
MAX_FILE_BYTES = 50_000_000
REQUIRED_FREE_BYTES = 500_000  # an evaluation of MovieLens 100K takes 30,000 to 110,000
_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")


@dataclass(frozen=True)
class Evaluation:
    """The results of an evaluation, and what it is about.

    Attributes
    ----------
    about : mapping
        split ("folds" for a cross-validation, "leaks" for a leak laboratory), folds, preset, settings, stars, data,
        seconds.
    table : DataFrame
        The report's columns; of a cross-validation one report for each fold, named in `split`.
    audit : DataFrame
        The leakage audit of each training: split and `AUDIT_COLUMNS`; empty for a leak laboratory.
    slices : DataFrame
        Metrics by slice, as `recsys.evaluation.slices` makes them; empty for several trainings.
    name : str
        That of its file; "" before it is stored.
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
        """When it was stored, in UTC; only of one that was read."""
        return datetime.strptime(self.name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)

    def of_same(self, manifest: Mapping[str, Any]) -> bool:
        """Whether a bundle's manifest has the same data and settings, whatever the seed.

        A setting that did not exist yet when one of them was written has its default there.
        """
        defaults = TrainingConfig().as_dict()
        settings, other_settings = ({**defaults, **each["settings"], "seed": 0} for each in (self.about, manifest))
        return settings == other_settings and self.about["data"]["fingerprint"] == manifest["data"].get("fingerprint")

    def spread(self) -> pd.DataFrame:
        """Spread of each metric over the splits of the table.

        Returns
        -------
        DataFrame
            Columns model, slice, metric, mean, sd, lowest, highest, parts. sd is that of a sample (divided by
            parts - 1), NaN for one part; undefined values are left out.
        """
        groups = self.table.groupby(["model", "slice", "metric"], sort=False)["value"]
        return groups.agg(mean="mean", sd="std", lowest="min", highest="max", parts="count").reset_index()


class EvaluationStore:
    """The evaluations of one models folder. Cheap to make: it reads the disk only in its methods."""

    def __init__(self, models: Path | None = None) -> None:
        self.folder = Path(models or models_folder()) / "evaluations"

    def keep(self, evaluation: Evaluation) -> str:
        """Write an evaluation, complete or not at all. Returns its name; BundleError when the disk refuses."""
        name = _new_name()
        tables = {key: columns(getattr(evaluation, key)) for key in TABLES}
        content = json_bytes({"format": FORMAT, "about": dict(evaluation.about), **tables})
        with self._writing():
            write_file(self.folder / f"{name}.json", content, durable=False)
        return name

    def require_room(self) -> None:
        """Raise BundleError when an evaluation could not be stored now."""
        with self._writing(), temporary_path(self.folder / _new_name()) as temporary:
            write_new(temporary, bytes(REQUIRED_FREE_BYTES), durable=False)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Make the folder; an OSError becomes a BundleError in words."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise BundleError(
                f"The evaluation can't be stored ({error.strerror}); free some space or correct the folder's "
                "permissions, and evaluate again."
            ) from error

    def names(self) -> list[str]:
        """Every evaluation's name, newest first. A small read; never raises."""
        try:
            names = [entry.name.removesuffix(".json") for entry in os.scandir(self.folder) if entry.is_file()]
        except OSError:
            return []
        return sorted((name for name in names if _NAME.fullmatch(name)), reverse=True)

    def read(self, name: str) -> Evaluation:
        """One evaluation. Raises BundleError for one that does not exist or is not legible."""
        if name not in self.names():
            raise BundleError(f"There is no evaluation {ascii(name)[:80]}.")
        path = self.folder / f"{name}.json"
        try:
            content = strict_json.parse(read_regular(path, MAX_FILE_BYTES), limited=False)
            if content["format"] != FORMAT:
                raise ValueError(f"format {content['format']}")
            tables = {key: _table(content, key) for key in TABLES}
            return Evaluation(about=dict(content["about"]), name=name, **tables)
        except Exception as error:  # whatever is raised on a file that somebody else may have written
            raise BundleError(f"The evaluation {name} cannot be read. Run it again.") from error

    def all(self) -> list[Evaluation]:
        """Every legible evaluation, newest first."""
        evaluations = []
        for name in self.names():
            with suppress(BundleError):
                evaluations.append(self.read(name))
        return evaluations


def newest_by_split(evaluations: Iterable[Evaluation], manifest: Mapping[str, Any]) -> dict[str, Evaluation]:
    """The newest evaluation of each split with a manifest's data and settings; they come newest first."""
    newest: dict[str, Evaluation] = {}
    if {"settings", "data"} <= set(manifest):
        for evaluation in evaluations:
            if evaluation.of_same(manifest):
                newest.setdefault(evaluation.split, evaluation)
    return newest


def _new_name() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.urandom(3).hex()}"


def _table(content: Mapping[str, Any], key: str) -> pd.DataFrame:
    names = list(TABLES[key])
    table = pd.DataFrame(content[key], columns=names)
    if table.empty:
        return pd.DataFrame(columns=names)
    return table.astype(dict.fromkeys(NUMBER_COLUMNS & set(names), np.float64))
