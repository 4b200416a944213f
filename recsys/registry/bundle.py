"""A trained model as a folder: saved atomically, verified before anything is parsed, never a pickle.

Format and files: models/README.md. Everything read from a bundle is parsed inside `_parsing`: whatever a parser raises
on untrusted bytes, the bundle is refused with a BundleError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from recsys.config import SETTINGS, TrainingConfig
from recsys.core import strict_json
from recsys.core.array_spec import declared, only
from recsys.core.atomic_file import new_folder, write_new
from recsys.core.regular_file import read_regular
from recsys.core.serialization import checked_columns, columns, from_npz, json_bytes, named_arrays, restored, to_npz
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.errors import BundleError
from recsys.evaluation import Report
from recsys.evaluation.files import REPORT_FILES, files_of, report_of
from recsys.features.matrix import Features
from recsys.models.ranker.ranker import Ranker
from recsys.models.softmax_regression import SoftmaxRegression
from recsys.models.star_model import StarModel
from recsys.registry.manifest import (
    ARRAYS,
    FILES,
    FORMAT,
    INTERACTIONS,
    MANIFEST,
    MODEL,
    MOVIES,
    RANKER,
    digest,
    fingerprint,
    library_versions,
    sealed,
    unsealed,
)
from recsys.registry.reference_predictions import reference_predictions, require_reference
from recsys.serving.recommender import Recommender

MAX_BYTES, MAX_JSON_BYTES = 2**31, 2**28


def save(recommender: Recommender, folder: str | Path) -> Path:
    """Save a recommender as a new folder, which becomes visible in one step.

    Parameters
    ----------
    recommender
        What is saved.
    folder
        A path that does not exist yet; its name becomes the version in the manifest.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    BundleError
        When the folder exists, the disk refuses, or the bundle could not be loaded again. Then nothing is left behind.
    """
    folder = Path(folder)
    contents, manifest = _contents(recommender), _manifest(recommender, folder.name)
    manifest["files"] = {name: fingerprint(content) for name, content in contents.items()}
    manifest["digest"] = digest(manifest)
    manifest_content = sealed(manifest)
    with _parsing(folder.name):
        _recommender(contents, unsealed(manifest_content, folder.name))
    try:
        if folder.exists():
            raise BundleError(f"There is already a bundle at {folder.name}; choose another name.")
        with new_folder(folder) as beside:
            for name, content in contents.items():
                write_new(beside / name, content)
            write_new(beside / MANIFEST, manifest_content)
    except OSError as error:
        raise BundleError(
            f"The model {folder.name} could not be written ({error.strerror}); "
            "free some space or correct the folder's permissions, and train again."
        ) from error
    return folder


def load(folder: str | Path) -> Recommender:
    """Load a recommender, after the size and sha256 of every file were verified.

    Raises
    ------
    BundleError
        With what is damaged, missing, of another format, or not what was saved.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    contents = {name: _verified(folder, name, manifest["files"]) for name in FILES}
    with _parsing(folder.name):
        return _recommender(contents, manifest)


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The verified manifest of a bundle: settings, data, libraries, and each file's size and sha256."""
    folder = Path(folder)
    return manifest_of(_read(folder, MANIFEST), folder.name)


def manifest_of(content: bytes, name: str) -> dict[str, Any]:
    """The verified manifest in the bytes of a manifest file; `name` is the bundle's, for messages.

    Raises BundleError as `load` does.
    """
    with _parsing(name):
        return unsealed(content, name)


def read_report(folder: str | Path) -> Report | None:
    """The verified report of a bundle, without the model; None if it was saved without one. BundleError as `load`."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    contents = {name: _verified(folder, name, manifest["files"]) for name in REPORT_FILES}
    with _parsing(folder.name):
        return report_of(contents, tuple(manifest["stars"]), len(manifest["features"]))


def read_files(folder: str | Path) -> dict[str, bytes]:
    """The verified bytes of every file of a bundle by name, the manifest included. BundleError as `load`."""
    folder = Path(folder)
    content = _read(folder, MANIFEST)
    files = manifest_of(content, folder.name)["files"]
    return {MANIFEST: content} | {name: _verified(folder, name, files) for name in FILES}


@contextmanager
def _parsing(name: str) -> Iterator[None]:
    """Turn anything raised while a bundle's bytes are parsed into a BundleError: no parser documents all it raises."""
    try:
        yield
    except BundleError:
        raise
    except Exception as error:
        raise BundleError(
            f"The parts of {name} do not fit together ({type(error).__name__}: {error}): it was made by "
            "another version of this project, or changed. Train again."
        ) from error


def _contents(recommender: Recommender) -> dict[str, bytes]:
    interactions = recommender.interactions
    return {
        MODEL: recommender.model.to_json(),
        RANKER: recommender.ranker.model.to_json(),
        ARRAYS: to_npz(_arrays(recommender.features, recommender.model.softmax_regression, recommender.ranker)),
        INTERACTIONS: to_npz({field.name: getattr(interactions, field.name) for field in fields(Interactions)}),
        MOVIES: json_bytes(columns(recommender.catalogue.frame())),
        **files_of(recommender.report),
    }


def _arrays(features: Features, softmax_regression: SoftmaxRegression, ranker: Ranker) -> dict[str, np.ndarray]:
    return features.arrays() | named_arrays(softmax_regression) | ranker.arrays()


def _recommender(contents: Mapping[str, bytes], manifest: dict[str, Any]) -> Recommender:
    feature_names, stars = tuple(manifest["features"]), tuple(map(float, manifest["stars"]))
    movies = strict_json.parse(contents[MOVIES], limited=False)
    catalogue = Catalogue.from_columns(checked_columns(movies, Catalogue.TYPES, MOVIES))
    sizes = {"movies": len(catalogue), "genres": len(catalogue.genre_names), "stars": len(stars)}
    arrays = from_npz(contents[ARRAYS])
    config = TrainingConfig.of(**_settings(manifest["settings"]))
    features = Features.from_arrays(arrays, sizes, config)
    softmax_regression = restored(SoftmaxRegression, arrays, sizes, config=config.softmax_regression)
    ranker = Ranker.from_files(contents[RANKER], arrays, features, sizes, config)
    _require_consistent(arrays, _arrays(features, softmax_regression, ranker), stars)
    if list(feature_names) != features.names:
        raise ValueError("the features are not those that the trees were grown on")
    recommender = Recommender(
        catalogue=catalogue,
        features=features,
        model=StarModel.from_json(contents[MODEL], softmax_regression, stars, feature_names),
        ranker=ranker,
        interactions=_interactions(contents[INTERACTIONS], sizes, stars),
        config=config,
        manifest=manifest,
        report=report_of(contents, stars, len(feature_names)),
    )
    require_reference(recommender, manifest["reference"])
    return recommender


def _require_consistent(
    arrays: Mapping[str, np.ndarray], component_arrays: Mapping[str, np.ndarray], stars: tuple[float, ...]
) -> None:
    """Raise ValueError unless every stored array belongs to a component, and all were learned on the same scale."""
    if unknown := sorted(arrays.keys() - component_arrays.keys()):
        raise ValueError(f"there is an array {unknown[0]!a} of no component")
    for name, array in arrays.items():
        if name.endswith(".stars") and tuple(array.tolist()) != stars:
            raise ValueError(f"{name} are not the stars of the manifest")


def _interactions(content: bytes, sizes: Mapping[str, int], stars: tuple[float, ...]) -> Interactions:
    interactions = Interactions(**only(declared(Interactions), from_npz(content), sizes))
    interactions.validate(stars)
    return interactions


def _settings(settings: dict[str, Any]) -> dict[str, Any]:
    if settings.keys() != SETTINGS.keys():
        raise ValueError("the settings are not those that this project knows")
    return settings


def _manifest(recommender: Recommender, name: str) -> dict[str, Any]:
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "libraries": library_versions(),
        **recommender.manifest,
        "format": FORMAT,
        "settings": recommender.config.as_dict(),
        "stars": list(recommender.stars),
        "features": recommender.features.names,
        "reference": reference_predictions(recommender),
        "version": name,
    }


def _verified(folder: Path, name: str, files: Mapping[str, Any]) -> bytes:
    content = _read(folder, name)
    if fingerprint(content) != files[name]:
        raise BundleError(f"{name} of {folder.name} is damaged: size or sha256 differ from its manifest.")
    return content


def _read(folder: Path, name: str) -> bytes:
    limit = MAX_JSON_BYTES if name.endswith(".json") else MAX_BYTES
    try:
        return read_regular(folder / name, limit)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BundleError(f"{name} of {folder.name} cannot be read ({reason}).") from error
