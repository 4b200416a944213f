"""Changes single numbers and fields of a bundle's trees, and loads and predicts: run as a process of its own.

    python -m tests.fuzz_trees FOLDER [--file ranker.json] [--whole] [--changes 200] [--seed 0]

Loads the trees alone, so that the reference predictions hide nothing, or with --whole the bundle, its hashes mended.
Prints as JSON how many changes were refused and how many answered. One that is neither refused nor has finite
probabilities is a traceback and code 1; one that crashes the process is a signal.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from recsys.errors import BundleError
from recsys.models.star_model import StarModel
from recsys.registry import bundle
from recsys.registry.manifest import MANIFEST, MODEL, fingerprint, sealed

WHOLE = (-(2**63), -(2**31) - 1, -(2**31), -2, -1, 0, 1, 2, 5, 255, 256, 2**31 - 1, 2**31, 2**32, 2**63, 10**30)
OTHER = (0.5, -0.0, 1e30, 1e39, 1e308, -1e308, True, False, None, "", "-1", "2147483647", "1e9", [], [[]], {}, "\x00")
REFUSALS = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError)


def main() -> int:
    """Change, load, predict, count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--file", default="model.json")
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--whole", action="store_true")
    given = parser.parse_args()
    contents, counts = bundle.read_files(given.folder), Counter()
    alone = bundle.load(given.folder).model if given.file == MODEL else bundle.load(given.folder).ranker.model
    for content in changed(contents[given.file], given.changes, random.Random(given.seed)):
        result = of_bundle(contents, given.file, content) if given.whole else of_trees(alone, content)
        counts["answered" if result else "refused"] += 1
    print(json.dumps(counts))
    return 0


def changed(content: bytes, changes: int, draw: random.Random) -> Iterator[bytes]:
    """The file again and again with one thing in it changed."""
    document = json.loads(content)
    places = list(_places(document))
    kinds = sorted({kind for kind, _ in places})
    of_kind = {kind: [path for each, path in places if each == kind] for kind in kinds}
    for number in range(changes):
        path = draw.choice(of_kind[kinds[number % len(kinds)]])  # each kind of field as often
        other = copy.copy(document)
        yield json.dumps(_with(other, path, draw)).encode()


def of_trees(sound: StarModel, content: bytes) -> bool:
    """Load the changed trees and predict: False when they are refused."""
    try:
        model = StarModel.from_json(content, sound.margin, sound.stars, sound.names)
    except REFUSALS:
        return False
    matrix = np.random.default_rng(0).normal(0, 3, (200, len(sound.names))).astype(np.float32)
    assert np.isfinite(model.predict_proba(matrix)).all()
    assert all(np.isfinite(gain) for gain in model.booster.get_score(importance_type="total_gain").values())
    return True


def of_bundle(contents: dict[str, bytes], name: str, content: bytes) -> bool:
    """Load and predict with one file of a bundle replaced: False when it is refused."""
    manifest = json.loads(contents[MANIFEST])
    del manifest["seal"]
    manifest["files"][name] = fingerprint(content)
    with tempfile.TemporaryDirectory() as folder:
        for each, old in contents.items():
            (Path(folder) / each).write_bytes({name: content, MANIFEST: sealed(manifest)}.get(each, old))
        try:
            model = bundle.load(folder)
        except BundleError:
            return False
    rows, size = np.arange(min(20, len(model.interactions))), len(model.catalogue)
    found = model.score(model.interactions, np.repeat(rows, size), np.tile(np.arange(size), len(rows)))
    assert all(np.isfinite(values).all() for values in found.values())
    assert np.isfinite(model.ranker.scores(model.features, model.interactions.take(rows))).all()
    return True


def _places(value: Any, path: tuple[Any, ...] = (), kind: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every place in the document, with the kind of field that it is: positions in lists are one kind."""
    if path:
        yield kind, path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key), f"{kind}.{key if isinstance(key, str) else '*'}")


def _with(value: Any, path: tuple[Any, ...], draw: random.Random) -> Any:
    """The document with the value at a path changed, dropped or doubled; the rest is shared."""
    first, *rest = path
    value = copy.copy(value)
    if rest:
        value[first] = _with(value[first], tuple(rest), draw)
        return value
    act = draw.random()
    if act < 0.1:
        del value[first]
    elif act < 0.2 and isinstance(value, list):
        value.insert(first, value[first])
    else:
        value[first] = _other(value[first], draw)
    return value


def _other(value: Any, draw: random.Random) -> Any:
    """Another value: near it, at an edge, or of another type."""
    act = draw.random()
    if isinstance(value, str) and act < 0.6:
        return str(draw.choice(WHOLE))
    if isinstance(value, int) and act < 0.4:
        return value + draw.choice((-3, -1, 1, 2, 64))
    if isinstance(value, float) and act < 0.4:
        return value * draw.choice((-1.0, 0.0, 1.0001, 1e6, 1e20))
    return draw.choice(WHOLE if act < 0.8 else OTHER)


if __name__ == "__main__":
    sys.exit(main())
