"""A bundle's manifest: what it must say, the seal over it, and what it vouches for. Read as strictly as a request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from recsys.core import strict_json
from recsys.core.json_shape import ANY, Fields, require_shape
from recsys.core.serialization import json_bytes
from recsys.errors import BundleError, shown
from recsys.evaluation.files import REPORT_FILES

FORMAT = 10
MANIFEST = "manifest.json"
MODEL, RANKER, ARRAYS = "model.json", "ranker.json", "arrays.npz"
INTERACTIONS, MOVIES = "interactions.npz", "movies.json"
IDENTITY = (MODEL, RANKER, ARRAYS, INTERACTIONS, MOVIES)  # the files that decide what a model answers
FILES = (*IDENTITY, *REPORT_FILES)
SEAL = "seal"
_NUMBER_OR_NOTHING = (float, None)
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
                "differences": {str: [_NUMBER_OR_NOTHING]},
            },
        ),
        "made": Fields(optional={"who": str, "why": str}),
    },
)


def sealed(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as a file, with a seal over all that it says."""
    return json.dumps({**manifest, SEAL: _seal(manifest)}, indent=1, allow_nan=False).encode()


def opened(content: bytes, name: str) -> dict[str, Any]:
    """The manifest in a file, without its seal; `name` is that of the bundle.

    Raises BundleError for another format, and ValueError, KeyError or TypeError for anything else that is wrong.
    """
    manifest = strict_json.parse(content)
    if not isinstance(manifest, dict) or manifest.pop(SEAL, None) != _seal(manifest):
        raise ValueError("the manifest was changed after it was written")
    if manifest["format"] != FORMAT:  # before the fields, which another format may have others of
        raise BundleError(_other_format(name, manifest["format"]))
    require_shape(manifest, SHAPE, "the manifest")
    return manifest


def fingerprint(content: bytes) -> dict[str, Any]:
    """What the manifest says of a file: its size and sha256."""
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def digest(manifest: Mapping[str, Any]) -> str:
    """What makes two models the same: their answering files and settings; not times, host or name."""
    same = {name: manifest["files"][name] for name in IDENTITY} | {"settings": manifest["settings"]}
    return hashlib.sha256(json_bytes(same)).hexdigest()


def _seal(manifest: Mapping[str, Any]) -> str:
    return hashlib.sha256(json_bytes(manifest)).hexdigest()


def _other_format(name: str, found: object) -> str:
    older = isinstance(found, int) and found < FORMAT
    remedy = "an older one: train again, or import a new export" if older else "a newer one: update this project"
    return f"{name} has format {shown(found)}, this code reads {FORMAT}; it is {remedy}."
