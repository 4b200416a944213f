"""Bundles: saved atomically, verified before anything is parsed, refused when damaged."""

from __future__ import annotations

import errno
import io
import json
import os
import pickle
from dataclasses import fields

import numpy as np
import pytest

import recsys
from recsys.core import serialization
from recsys.errors import BundleError
from recsys.registry import bundle
from recsys.registry.manifest import fingerprint, sealed


@pytest.fixture
def saved(tiny_model, tmp_path):
    return bundle.save(tiny_model, tmp_path / "one")


@pytest.fixture
def rewrite(saved):
    """Replace one file and its entry in the manifest, as an attacker would."""

    def change(name: str, content: bytes):
        (saved / name).write_bytes(content)
        manifest = bundle.read_manifest(saved)
        manifest["files"][name] = fingerprint(content)
        (saved / bundle.MANIFEST).write_bytes(sealed(manifest))
        return saved

    return change


def test_the_manifest_describes_the_bundle(saved, tiny_model):
    manifest = json.loads((saved / "manifest.json").read_text())
    assert manifest["settings"] == tiny_model.config.as_dict()
    assert manifest["features"] == tiny_model.features.names
    assert manifest["libraries"]["numpy"] == np.__version__
    assert set(manifest["files"]) == {path.name for path in saved.iterdir()} - {"manifest.json"}
    assert all(set(entry) == {"size", "sha256"} for entry in manifest["files"].values())


def test_scaler_pca_tables_and_interactions_are_saved(saved):
    names = set(np.load(saved / "arrays.npz", allow_pickle=False).files)
    assert {"genre_pca.scaler_mean", "genre_pca.pca_components", "damped_bias.movie_offset"} <= names
    assert "stars" in np.load(saved / "interactions.npz", allow_pickle=False).files


def test_equal_models_have_equal_digests_whatever_their_time_and_name(tiny_model, saved, tmp_path):
    other = bundle.save(tiny_model, tmp_path / "other")
    assert bundle.read_manifest(saved)["digest"] == bundle.read_manifest(other)["digest"]


@pytest.mark.parametrize("name", [*bundle.FILES, bundle.MANIFEST])
@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "missing", "link"])
def test_damaged_files_are_refused_with_a_sentence(saved, name, damage, tmp_path):
    path = saved / name
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "flip":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif damage == "truncate":
        path.write_bytes(content[:-1])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BundleError, match=r"\w+ \w+"):
        recsys.load(saved)


def test_swapped_files_are_refused(saved):
    arrays, interactions = (saved / name for name in (bundle.ARRAYS, bundle.INTERACTIONS))
    content = arrays.read_bytes()
    arrays.write_bytes(interactions.read_bytes())
    interactions.write_bytes(content)
    with pytest.raises(BundleError, match="damaged"):
        recsys.load(saved)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"format": %d' % bundle.FORMAT, b'"format": %d' % (bundle.FORMAT + 1)),
        (b'"seed": 0', b'"seed": 1'),
        (b'"boosting.depth": 3', b'"boosting.depth": NaN'),
    ],
)
def test_a_changed_manifest_is_refused(saved, old, new):
    path = saved / "manifest.json"
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))
    with pytest.raises(BundleError):
        recsys.load(saved)


def test_a_newer_format_is_named(saved):
    manifest = bundle.read_manifest(saved) | {"format": 99}
    (saved / "manifest.json").write_bytes(sealed(manifest))
    with pytest.raises(BundleError, match="format 99"):
        recsys.load(saved)


class Harm:
    def __reduce__(self):
        return (os.mkdir, ("harmed",))


def test_a_pickle_under_any_name_is_never_run(rewrite, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    objects = io.BytesIO()
    np.savez(objects, stars=np.array([Harm()], dtype=object))
    for name, content in [(bundle.INTERACTIONS, pickle.dumps(Harm())), (bundle.ARRAYS, objects.getvalue())]:
        with pytest.raises(BundleError):
            recsys.load(rewrite(name, content))
    assert not (tmp_path / "harmed").exists()


def test_arrays_that_do_not_fit_together_are_refused(rewrite, tiny_model):
    arrays = tiny_model.features.arrays()
    del arrays["damped_bias.movie_offset"]
    with pytest.raises(BundleError, match="fit together"):
        recsys.load(rewrite(bundle.ARRAYS, serialization.to_npz(arrays)))


def test_tables_of_another_length_are_refused(rewrite, tiny_model):
    arrays = tiny_model.features.arrays()
    arrays["damped_bias.movie_offset"] = arrays["damped_bias.movie_offset"][:-3]
    with pytest.raises(BundleError, match="fit together"):
        recsys.load(rewrite(bundle.ARRAYS, serialization.to_npz(arrays)))


@pytest.mark.parametrize(("key", "value"), [("left_children", 0), ("right_children", 10**6), ("split_indices", 500)])
def test_trees_with_invalid_indices_are_refused(rewrite, tiny_model, key, value):
    model = json.loads(tiny_model.model.to_json())
    model["learner"]["gradient_booster"]["model"]["trees"][3][key][1] = value
    with pytest.raises(BundleError, match="fit together"):
        recsys.load(rewrite(bundle.MODEL, json.dumps(model).encode()))


def test_interactions_with_movies_outside_the_catalogue_are_refused(rewrite, tiny_model):
    arrays = {field.name: getattr(tiny_model.interactions, field.name) for field in fields(tiny_model.interactions)}
    arrays["movies"] = arrays["movies"] + 1000
    with pytest.raises(BundleError, match="fit together"):
        recsys.load(rewrite(bundle.INTERACTIONS, serialization.to_npz(arrays)))


def test_a_full_disk_leaves_nothing_behind(tiny_model, tmp_path, monkeypatch):
    def write_until_full(path, content):
        if path.name == bundle.INTERACTIONS:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        path.write_bytes(content)

    monkeypatch.setattr(bundle, "write_new", write_until_full)
    with pytest.raises(BundleError, match="No space left"):
        bundle.save(tiny_model, tmp_path / "registry" / "one")
    assert list((tmp_path / "registry").iterdir()) == []


def test_an_existing_bundle_is_never_overwritten(saved, tiny_model):
    before = (saved / "manifest.json").read_bytes()
    with pytest.raises(BundleError, match="already"):
        bundle.save(tiny_model, saved)
    assert (saved / "manifest.json").read_bytes() == before
