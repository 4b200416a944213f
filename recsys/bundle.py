"""One trained artifact on disk: saved beside and renamed, verified before anything is parsed, never a pickle.

Format and file list: models/README.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from recsys.catalogue import Catalogue
from recsys.errors import BundleError, InputError, shown
from recsys.evaluation import Report
from recsys.evaluation.files import REPORT_FILES, files_of, report_of
from recsys.features import Features
from recsys.histories import Histories
from recsys.margin import Margin
from recsys.model import StarModel
from recsys.packing import columns, json_bytes, named_arrays, npz, restored, unpacked
from recsys.ranking.ranker import Ranker
from recsys.recipe import Recipe
from recsys.recommender import Recommender
from recsys.schema import YEAR

FORMAT = 9
MANIFEST = "manifest.json"
MODEL, RANKER, ARRAYS = "model.json", "ranker.json", "arrays.npz"
HISTORIES, MOVIES = "histories.npz", "movies.json"
IDENTITY = (MODEL, RANKER, ARRAYS, HISTORIES, MOVIES)  # the files that decide what a model answers
FILES = (*IDENTITY, *REPORT_FILES)
LIBRARIES = ("numpy", "pandas", "scikit-learn", "xgboost-cpu", "xgboost")
MOST_BYTES = 2**31
Parsed = TypeVar("Parsed")


def save(recommender: Recommender, folder: str | Path) -> Path:
    """Write a recommender as a new folder; a reader sees all of it or nothing.

    Raises BundleError when the folder exists or the disk refuses; then nothing is left behind.
    """
    folder = Path(folder)
    contents, manifest = _contents(recommender), _manifest(recommender, folder.name)
    manifest["files"] = {name: _fingerprint(content) for name, content in contents.items()}
    manifest["digest"] = _digest(manifest)
    beside = folder.with_name(f".new-{folder.name}-{os.getpid()}")
    try:
        if folder.exists():
            raise BundleError(f"There is already a bundle at {folder.name}; choose another name.")
        beside.mkdir(parents=True)
        for name, content in contents.items():
            _write(beside / name, content)
        _write(beside / MANIFEST, _sealed(manifest))
        beside.rename(folder)
    except OSError as error:
        raise BundleError(
            f"The bundle {folder.name} could not be written ({error.strerror}); "
            "free some space or correct the folder's permissions, and train again."
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def load(folder: str | Path) -> Recommender:
    """The recommender of a bundle, after every file's size and sha256 were verified.

    Raises BundleError saying what is damaged, missing or too new.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    contents = {name: _verified(folder, name, manifest["files"]) for name in FILES}
    return _fitting(folder, lambda: _assembled(contents, manifest))


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The verified manifest of a bundle: settings, data, versions, and each file's size and sha256."""
    folder = Path(folder)
    content = _read(folder, MANIFEST)
    try:
        manifest = json.loads(content)
        intact = manifest.pop("seal") == _seal(manifest)
        files, found = set(manifest["files"]), manifest["format"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BundleError(f"The manifest of {folder.name} is not legible; train again.") from error
    changed = BundleError(f"The manifest of {folder.name} was changed after it was written; train again.")
    if not intact:
        raise changed
    if found != FORMAT:  # before the list of files, which another format may have another of
        remedy = "an older one: train again" if _older(found) else "a newer one: update this project"
        raise BundleError(f"{folder.name} has format {shown(found)}, this code reads {FORMAT}; it is {remedy}.")
    if files != set(FILES):
        raise changed
    return manifest


def read_report(folder: str | Path) -> Report | None:
    """The verified report of a bundle, without the model; None for one that came without. BundleError as `load`."""
    folder = Path(folder)
    files = read_manifest(folder)["files"]
    return _fitting(folder, lambda: report_of({name: _verified(folder, name, files) for name in REPORT_FILES}))


def read_files(folder: str | Path) -> dict[str, bytes]:
    """Every file of a bundle, its manifest too, as verified bytes by name. BundleError as `load`."""
    folder = Path(folder)
    files = read_manifest(folder)["files"]
    return {MANIFEST: _read(folder, MANIFEST)} | {name: _verified(folder, name, files) for name in FILES}


def _older(found: object) -> bool:
    return isinstance(found, int) and found < FORMAT


def _fitting(folder: Path, parse: Callable[[], Parsed]) -> Parsed:
    """What a parser makes of verified bytes; BundleError when they do not fit together."""
    try:
        return parse()
    except (KeyError, ValueError, TypeError, IndexError, InputError) as error:
        raise BundleError(
            f"The parts of {folder.name} do not fit together ({type(error).__name__}: {error}): it was made by "
            "another version of this project, or changed. Train again."
        ) from error


def _contents(recommender: Recommender) -> dict[str, bytes]:
    return {
        MODEL: recommender.model.to_json(),
        RANKER: recommender.ranker.model.to_json(),
        ARRAYS: npz(
            recommender.features.arrays() | named_arrays(recommender.model.margin) | recommender.ranker.arrays()
        ),
        HISTORIES: npz({field.name: getattr(recommender.histories, field.name) for field in fields(Histories)}),
        MOVIES: json_bytes(columns(recommender.catalogue.frame())),
        **files_of(recommender.report),
    }


def _assembled(contents: Mapping[str, bytes], manifest: dict[str, Any]) -> Recommender:
    movies = pd.DataFrame(json.loads(contents[MOVIES]))
    catalogue = Catalogue.from_frame(movies.astype({YEAR: np.float64}))
    arrays = unpacked(contents[ARRAYS])
    features = Features.from_arrays(arrays, len(catalogue))
    margin = restored(Margin, arrays)
    ranker = Ranker.from_files(contents[RANKER], arrays, features, len(catalogue))
    histories = Histories(**unpacked(contents[HISTORIES]))
    histories.require_fit(len(catalogue))
    names, stars = tuple(manifest["features"]), tuple(manifest["stars"])
    if list(names) != features.names:
        raise ValueError("the features are not those that the trees were grown on")
    return Recommender(
        catalogue=catalogue,
        features=features,
        model=StarModel.from_json(contents[MODEL], margin, stars, names),
        ranker=ranker,
        histories=histories,
        recipe=Recipe.of(**manifest["settings"]),
        manifest=manifest,
        report=report_of(contents),
    )


def _manifest(recommender: Recommender, name: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "libraries": _library_versions(),
        "settings": recommender.recipe.as_dict(),
        "stars": list(recommender.stars),
        "features": recommender.features.names,
        **recommender.manifest,
        "version": name,
    }


def _library_versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _digest(manifest: Mapping[str, Any]) -> str:
    """What makes two models the same: their answering files and settings; not times, host or name."""
    same = {name: manifest["files"][name] for name in IDENTITY} | {"settings": manifest["settings"]}
    return hashlib.sha256(json_bytes(same)).hexdigest()


def _sealed(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps({**manifest, "seal": _seal(manifest)}, indent=1, allow_nan=False).encode()


def _seal(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json_bytes(manifest)).hexdigest()


def _fingerprint(content: bytes) -> dict[str, Any]:
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _verified(folder: Path, name: str, files: Mapping[str, Any]) -> bytes:
    content = _read(folder, name)
    if _fingerprint(content) != files[name]:
        raise BundleError(f"{name} of {folder.name} is damaged: size or sha256 differ from its manifest.")
    return content


def _read(folder: Path, name: str) -> bytes:
    try:
        if (folder / name).is_symlink() or (folder / name).stat().st_size > MOST_BYTES:
            raise BundleError(f"{name} of {folder.name} is a link or larger than {MOST_BYTES:,} bytes.")
        return (folder / name).read_bytes()
    except (OSError, ValueError) as error:
        raise BundleError(f"{name} of {folder.name} cannot be read ({error}).") from error


def _write(path: Path, content: bytes) -> None:
    with open(path, "xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
