"""A bundle's manifest: its fields, the seal over them, and the sha256 of every file; parsed strictly."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from recsys.core import strict_json
from recsys.core.json_shape import ANY, Fields, require_shape
from recsys.core.serialization import json_bytes
from recsys.errors import BundleError, shown
from recsys.evaluation.files import REPORT_FILES

FORMAT = 11
MANIFEST = "manifest.json"
MODEL, RANKER, ARRAYS = "model.json", "ranker.json", "arrays.npz"
INTERACTIONS, MOVIES = "interactions.npz", "movies.json"
IDENTITY = (MODEL, RANKER, ARRAYS, INTERACTIONS, MOVIES)  # the files that decide what a model predicts
FILES = (*IDENTITY, *REPORT_FILES)
SEAL = "seal"
LIBRARIES = ("numpy", "pandas", "scikit-learn", "xgboost-cpu", "xgboost")
_NUMBER_OR_NULL = (float, None)
SHAPE = Fields(
    required={
        "format": FORMAT,
        "created": str,
        "libraries": {str: str},
        "settings": {str: (float, str)},
        "stars": [float],
        "features": [str],
        "reference": Fields({"rows": [int], "movies": [int], "probabilities": [[float]], "scores": [float]}),
        "version": str,
        "files": Fields({name: Fields({"size": int, "sha256": str}) for name in FILES}),
        "digest": str,
    },
    optional={
        "preset": str,
        "split": str,
        "data": Fields(
            optional={
                "name": str,
                "fingerprint": str,
                "ratings": int,
                "movies": int,
                "users": int,
                "checks": Fields(
                    optional={"ratings": {str: ANY}, "movies": {str: ANY}, "users": {str: ANY}, "notes": [str]}
                ),
            }
        ),
        "seconds": float,
        "phases": {str: float},
        "processor_phases": {str: float},
        "host": str,
        "peak_own_mb": (int, None),
        "gate": Fields(
            required={"passed": bool},
            optional={
                "reasons": [str],
                "champion": str,
                "pairs": int,
                "differences": {str: [_NUMBER_OR_NULL]},
                "best": str,
                "gate_log_loss": _NUMBER_OR_NULL,
            },
        ),
        "made": Fields(optional={"who": str, "why": str}),
    },
)


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest file: the fields and a seal over all of them."""
    return json.dumps({**manifest, SEAL: _seal(manifest)}, indent=1, allow_nan=False).encode()


def unsealed(content: bytes, name: str) -> dict[str, Any]:
    """Parse and verify a manifest file.

    Parameters
    ----------
    content
        The bytes of the file.
    name
        The bundle's name, for messages.

    Returns
    -------
    dict
        The fields, without the seal.

    Raises
    ------
    BundleError
        For another format.
    ValueError, KeyError, TypeError
        For anything else that is wrong.
    """
    manifest = strict_json.parse(content)
    if not isinstance(manifest, dict) or manifest.pop(SEAL, None) != _seal(manifest):
        raise ValueError("the manifest was changed after it was written")
    if manifest["format"] != FORMAT:  # first, because another format may have other fields
        raise BundleError(_other_format(name, manifest["format"]))
    require_shape(manifest, SHAPE, "the manifest")
    return manifest


def fingerprint(content: bytes) -> dict[str, Any]:
    """A file's entry in the manifest: its size and sha256."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def digest(manifest: Mapping[str, Any]) -> str:
    """A sha256 that equal models share: of their `IDENTITY` files and settings, not of times, host or name."""
    identity = {name: manifest["files"][name] for name in IDENTITY} | {"settings": manifest["settings"]}
    return hashlib.sha256(json_bytes(identity)).hexdigest()


def library_versions() -> dict[str, str]:
    """The version of each of `LIBRARIES` that is installed."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def _seal(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json_bytes(manifest)).hexdigest()


def _other_format(name: str, number: object) -> str:
    older = isinstance(number, int) and number < FORMAT
    remedy = "an older one: train again, or import a new export" if older else "a newer one: update this project"
    return f"{name} has format {shown(number)}, this code reads {FORMAT}; it is {remedy}."
