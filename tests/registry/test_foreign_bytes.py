"""Any bytes in a bundle's files, with matching hashes: it is loaded as it was saved, or refused with a BundleError."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest

import recsys
from recsys.core import serialization, strict_json
from recsys.core.array_spec import array, declared
from recsys.core.regular_file import read_regular
from recsys.data.interactions import Interactions
from recsys.errors import BundleError
from recsys.features.matrix import EXTRACTORS
from recsys.models.ranker.als import AlsFactors
from recsys.models.ranker.demographic_lift import DemographicLift
from recsys.models.softmax_regression import SoftmaxRegression
from recsys.models.tree_checks import sound_trees
from recsys.registry import Registry, bundle
from recsys.registry.archive import packed, unpack
from recsys.registry.manifest import FILES, MANIFEST, fingerprint, sealed

ROOT = Path(__file__).resolve().parents[2]
ARRAY_FILES = ("arrays.npz", "interactions.npz", "held_out.npz", "baselines.npz", "lists.npz")


@pytest.fixture(scope="module")
def contents(tiny_version, tmp_path_factory):
    """Every file of a bundle with a report."""
    return bundle.read_files(bundle.save(tiny_version, tmp_path_factory.mktemp("bundles") / "one"))


@pytest.fixture
def loaded(contents, tmp_path):
    """Load the bundle with some files replaced or a changed manifest, whose hashes and seal match all of them."""

    def load(files=None, **changes):
        changed = contents | (files or {})
        manifest = json.loads(contents[MANIFEST])
        del manifest["seal"]
        manifest["files"] = {name: fingerprint(changed[name]) for name in FILES}
        changed[MANIFEST] = sealed({k: v for k, v in (manifest | changes).items() if v is not None})
        folder = tmp_path / f"bundle-{time.monotonic_ns()}"
        folder.mkdir()
        for name, content in changed.items():
            (folder / name).write_bytes(content)
        return recsys.load(folder)

    return load


def members(**changes) -> bytes:
    """A zip of these members as .npy files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in changes.items():
            archive.writestr(f"{name}.npy", content)
    return target.getvalue()


def compressed(content: bytes) -> bytes:
    target = io.BytesIO()
    np.savez_compressed(target, allow_pickle=False, **serialization.from_npz(content))
    return target.getvalue()


def headed(header: bytes, data: bytes = b"") -> bytes:
    """An array of numpy's format with this header."""
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data


DAMAGES = {
    "nothing": lambda content: b"",
    "deep": lambda content: b"[" * 100_000,
    "deep object": lambda content: b'{"a":' * 100_000,
    "not UTF-8": lambda content: b"\xff\xfe" * 50,
    "null": lambda content: b"null",
    "a list": lambda content: b"[1, 2]",
    "an object": lambda content: b"{}",
    "a long number": lambda content: b"1" * 100_000,
    "NaN": lambda content: b"[NaN]",
    "half": lambda content: content[: len(content) // 2],
    "a zip of nothing": lambda content: members(),
    "a zip of something": lambda content: members(x=b"hello"),
    "a zip's end": lambda content: b"PK\x05\x06" + b"\xff" * 18,
    "zeros": lambda content: bytes(1000),
}


def test_a_bundle_is_loaded_as_it_was_saved(loaded, tiny_version):
    recommender = loaded()
    assert recommender.report.held_out.equals(tiny_version.report.held_out)
    assert recommender.report.lists.equals(tiny_version.report.lists)
    assert recommender.catalogue.frame().equals(tiny_version.catalogue.frame())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", DAMAGES)
def test_an_error_of_a_parser_becomes_a_bundle_error(loaded, contents, name, damage):
    if damage == "a zip of nothing" and name in ("baselines.npz", "lists.npz"):
        assert loaded({name: DAMAGES[damage](contents[name])})  # these are optional in a report
        return
    with pytest.raises(BundleError, match="Train again"):
        loaded({name: DAMAGES[damage](contents[name])})


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_manifest_is_a_bundle_error(contents, damage, tmp_path):
    for name, content in contents.items():
        (tmp_path / name).write_bytes(DAMAGES[damage](content) if name == MANIFEST else content)
    with pytest.raises(BundleError):
        recsys.load(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_the_previous_version_is_served_instead(contents, tiny_version, tmp_path, name):
    registry = Registry(tmp_path)
    previous, version = registry.publish(tiny_version), registry.publish(tiny_version)
    content = b"[" * 100_000 if name.endswith(".json") else b""
    (registry.path(version) / name).write_bytes(content)
    manifest = bundle.read_manifest(registry.path(version))
    manifest["files"][name] = fingerprint(content)
    (registry.path(version) / MANIFEST).write_bytes(sealed(manifest))
    loaded = registry.load_active()
    assert (loaded.version, loaded.active_version) == (previous, version)
    assert version in loaded.warning


# --- arrays


def invalid_variants(value: np.ndarray):
    """The array with other types, other shapes and invalid values, each with a description."""
    yield "as text", value.astype(str) if value.dtype.kind != "U" else np.zeros(value.shape)
    if value.dtype.itemsize > 1:
        yield "of the other byte order", value.astype(value.dtype.newbyteorder(">"))
    yield "with one more size", value[..., None]
    if value.ndim:
        yield "with one row more", np.concatenate([value, value[-1:] if len(value) else np.zeros_like(value, shape=1)])
        yield "in one piece", value.reshape(-1, *([1] * value.ndim))
    if value.dtype.kind == "f":
        yield "in another precision", value.astype("float64" if value.dtype == np.float32 else "float32")
        if value.size:
            yield (
                "with an infinity",
                np.where(np.arange(value.size).reshape(value.shape) == 0, np.inf, value).astype(value.dtype),
            )
    if value.dtype.kind == "U" and value.size:
        yield "with no characters", np.full(value.size, 0x110000, "<u4").view("<U1").reshape(value.shape)
        yield "with half characters", np.full(value.size, 0xD800, "<u4").view("<U1").reshape(value.shape)


@pytest.mark.parametrize("name", ARRAY_FILES)
@pytest.mark.slow
def test_arrays_of_other_types_shapes_or_with_invalid_values_are_refused(loaded, contents, name):
    arrays = serialization.from_npz(contents[name])
    assert arrays
    accepted = [
        f"{key} {description}"
        for key, value in arrays.items()
        for description, variant in invalid_variants(value)
        if not refused(loaded, {name: serialization.to_npz(arrays | {key: variant})})
    ]
    assert accepted == []


@pytest.mark.parametrize("name", ARRAY_FILES)
def test_missing_and_additional_arrays_are_refused(loaded, contents, name):
    arrays = serialization.from_npz(contents[name])
    optional = {"user_count", "movie_count", *(each for each in arrays if each.endswith(".probabilities"))}
    without = {key: {each: arrays[each] for each in arrays if each != key} for key in arrays.keys() - optional}
    accepted = [key for key, others in without.items() if not refused(loaded, {name: serialization.to_npz(others)})]
    assert accepted == []
    assert refused(loaded, {name: serialization.to_npz(arrays | {"another.array": np.zeros(3)})})


def refused(loaded, files) -> bool:
    try:
        loaded(files)
    except BundleError:
        return True
    return False


@pytest.mark.parametrize("kind", [*EXTRACTORS, SoftmaxRegression, Interactions, DemographicLift, AlsFactors])
def test_every_component_declares_its_arrays(kind):
    assert declared(kind).keys() == {field.name for field in fields(kind)} - {"config"}


def test_a_component_with_an_undeclared_array_raises():
    @dataclass
    class New:
        table: np.ndarray = array("float64", 2)
        other: np.ndarray | None = None

    with pytest.raises(TypeError, match="does not declare its array other"):
        serialization.restored(New, {"New.table": np.zeros(2), "New.other": np.zeros(2)}, {})


def test_flags_other_than_0_and_1_are_refused(loaded, contents):
    arrays = serialization.from_npz(contents["arrays.npz"])
    invalid_flag = np.array(7, np.uint8).view(bool)
    for name in ("demographics.has_age", "vocabulary.has_age"):
        assert name in arrays
        with pytest.raises(BundleError, match=f"{name} has a value that it may not have"):
            loaded({"arrays.npz": serialization.to_npz(arrays | {name: invalid_flag})})


def test_an_index_out_of_range_is_refused(loaded, contents):
    arrays = serialization.from_npz(contents["arrays.npz"])
    for pivot in (-1, 10**6):
        with pytest.raises(BundleError, match=r"softmax_regression\.pivots"):
            loaded({"arrays.npz": serialization.to_npz(arrays | {"softmax_regression.pivots": np.array([pivot])})})


def interactions_with(contents, **changes):
    return {"interactions.npz": serialization.to_npz(serialization.from_npz(contents["interactions.npz"]) | changes)}


def test_invalid_interactions_are_refused(loaded, contents):
    original = serialization.from_npz(contents["interactions.npz"])
    reversed_arrays = {key: original[key][::-1] for key in ("user_ids", "start", "movies")}
    invalid = {"stars": original["stars"] + np.float32(0.25), **reversed_arrays}
    for key, value in invalid.items():
        with pytest.raises(BundleError, match="interactions"):
            loaded(interactions_with(contents, **{key: value}))
    start = original["start"].copy()
    start[3] = 2**62
    with pytest.raises(BundleError, match="interactions"):
        loaded(interactions_with(contents, start=start))


def test_compressed_arrays_are_refused(loaded, contents):
    with pytest.raises(BundleError, match="compressed"):
        loaded({"arrays.npz": compressed(contents["arrays.npz"])})


LONG = b"(" * 60_000


@pytest.mark.parametrize(
    "header",
    [
        b"{'descr': '|O', 'fortran_order': False, 'shape': (3,), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }\n",
        b"{'descr': '<U0', 'fortran_order': False, 'shape': (3,), }\n",
        b"{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (3,), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (3**9**9,), }\n",
        b"{'descr': '<f8', 'fortran_order': False, 'shape': " + LONG + b"}\n",
        b"",
    ],
)
def test_headers_of_arrays_are_not_evaluated(header):
    began = time.monotonic()
    with pytest.raises((ValueError, TypeError)):
        serialization.from_npz(members(x=headed(header, bytes(24))))
    assert time.monotonic() - began < 1


def test_members_at_one_offset_are_refused():
    content = bytearray(members(a=headed(b"x"), b=headed(b"x")))
    first, second = content.find(b"PK\x01\x02"), content.rfind(b"PK\x01\x02")
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    with pytest.raises(ValueError, match="header"):
        serialization.from_npz(bytes(content))


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_keep_their_memory_layout(order):
    value = np.asarray(np.arange(6.0).reshape(2, 3), order=order)
    (restored,) = serialization.from_npz(serialization.to_npz({"x": value})).values()
    assert (restored == value).all()
    assert restored.flags["C_CONTIGUOUS" if order == "C" else "F_CONTIGUOUS"]
    assert restored.flags.writeable
    assert restored.flags.aligned


# --- tables


def movies_with(contents, **changes):
    return {"movies.json": json.dumps(json.loads(contents["movies.json"]) | changes).encode()}


def test_a_catalogue_of_other_types_is_refused(loaded, contents):
    original = json.loads(contents["movies.json"])
    for key, value in {
        "genres": [1, *original["genres"][1:]],
        "title": ["\ud800", *original["title"][1:]],
        "year": ["1999", *original["year"][1:]],
        "movie_id": [True, *original["movie_id"][1:]],
        "release_date": original["release_date"][1:],
        "another": original["title"],
    }.items():
        with pytest.raises(BundleError, match="Train again"):
            loaded(movies_with(contents, **{key: value}))
    ids = original["movie_id"]
    for invalid_ids in (ids[::-1], [2**70, *ids[1:]], [ids[1], *ids[1:]]):
        with pytest.raises(BundleError, match="Train again"):
            loaded(movies_with(contents, movie_id=invalid_ids))
    with pytest.raises(BundleError, match="twice"):
        loaded({"movies.json": contents["movies.json"][:-1] + b',"title":[]}'})
    with pytest.raises(BundleError, match="year"):
        loaded({"movies.json": contents["movies.json"].replace(b'"year":[1951.0', b'"year":[1e999')})


def test_a_report_of_other_types_is_refused(loaded, contents):
    original = json.loads(contents["report.json"])
    invalid = [
        {"table": original["table"] | {"value": ["0.5", *original["table"]["value"][1:]]}},
        {"table": original["table"] | {"n": [0.5, *original["table"]["n"][1:]]}},
        {"audit": original["audit"] | {"passed": [1] * len(original["audit"]["passed"])}},
        {"confusion": original["confusion"][1:]},
        {"confusion": [[str(cell) for cell in row] for row in original["confusion"]]},
        {"trade_off_curve": {}},
        {"another": {}},
    ]
    for changes in invalid:
        with pytest.raises(BundleError, match="Train again"):
            loaded({"report.json": json.dumps(original | changes).encode()})


# --- the manifest


@pytest.mark.parametrize(
    "changes",
    [
        {"another": 1},
        {"digest": None},
        {"features": "gp_expected"},
        {"stars": [1, 2, 4, True]},
        {"seconds": "3"},
        {"phases": {"fetch": None}},
        {"peak_own_mb": 1.5},
        {"gate": {"passed": 1}},
        {"gate": {"passed": True, "reasons": "none"}},
        {"made": {"who": 5}},
        {"data": {"ratings": 2**60}},
        {"data": {"ratings": 3.5}},
        {"libraries": ["numpy"]},
        {"settings": {"boosting.trees": 5}},
        {"settings": {"preset": "quick"}},
        {"reference": {}},
        {"reference": {"rows": [], "movies": [], "probabilities": [], "scores": []}},
        {"reference": {"rows": [10**6], "movies": [0], "probabilities": [[1.0]], "scores": [0.0]}},
        {"reference": {"rows": [-2], "movies": [0], "probabilities": [[1.0]], "scores": [0.0]}},
        {"reference": {"rows": list(range(50)), "movies": list(range(40)), "probabilities": [[1.0]], "scores": [0.0]}},
    ],
)
def test_a_manifest_with_other_fields_or_values_is_refused(loaded, changes):
    with pytest.raises(BundleError, match="Train again"):
        loaded(**changes)


@pytest.mark.parametrize("replacement", [(b'"preset"', b'"split": "x", "preset"'), (b'"seconds": ', b'"seconds": 1')])
def test_a_manifest_with_a_field_twice_or_changed_is_refused(contents, tmp_path, replacement):
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content.replace(*replacement, 1) if name == MANIFEST else content)
    assert (tmp_path / MANIFEST).read_bytes() != contents[MANIFEST]
    with pytest.raises(BundleError):
        recsys.load(tmp_path)


@pytest.mark.parametrize("stars", [[5, 4, 2, 1], [1, 2, 2, 5], [1, 2, 4], [1, 2, 4, 5, 6], [2, 3, 4, 5], [], [1]])
def test_stars_other_than_those_of_the_model_are_refused(loaded, stars):
    with pytest.raises(BundleError):
        loaded(stars=[float(star) for star in stars])


def test_stars_reversed_everywhere_are_refused(loaded, contents):
    arrays = serialization.from_npz(contents["arrays.npz"])
    reversed_stars = {name: value[::-1] for name, value in arrays.items() if name.endswith(".stars")}
    assert reversed_stars
    with pytest.raises(BundleError):
        loaded({"arrays.npz": serialization.to_npz(arrays | reversed_stars)}, stars=[5.0, 4.0, 2.0, 1.0])


def test_a_model_with_other_predictions_than_when_saved_is_refused(loaded, contents):
    arrays = serialization.from_npz(contents["arrays.npz"])
    for name in (
        "damped_bias.movie_offset",
        "softmax_regression.weights",
        "ranker.softmax_regression.weights",
        "gaussian_process.calibration",
    ):
        changed = arrays | {name: arrays[name][::-1]}
        with pytest.raises(BundleError, match="does not predict what it did"):
            loaded({"arrays.npz": serialization.to_npz(changed)})


# --- trees


def test_xgboost_reads_the_bytes_that_it_would_write(tiny_version):
    for model in (tiny_version.model, tiny_version.ranker.model):
        content = sound_trees(model.to_json(), len(model.stars), model.names)
        assert content == bytes(model.booster.save_raw("ubj"))


def edited(content: bytes, path: str, value: object) -> bytes:
    """The JSON with the value at `a.b.0.c` replaced."""
    document = json.loads(content)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    container = document
    for key in parents:
        container = container[key]
    assert container[last] != value
    container[last] = value
    return json.dumps(document).encode()


MODEL = "learner.gradient_booster.model"
LEARNER = "learner.learner_model_param"


@pytest.mark.parametrize("file", ["model.json", "ranker.json"])
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{MODEL}.tree_info.0", -1),
        (f"{MODEL}.tree_info.0", 5),
        (f"{MODEL}.tree_info.0", 2**31 - 1),
        (f"{MODEL}.iteration_indptr.1", 2**31 - 1),
        (f"{MODEL}.gbtree_model_param.num_trees", "2147483647"),
        (f"{MODEL}.gbtree_model_param.num_parallel_tree", "0"),
        (f"{MODEL}.trees.0.tree_param.size_leaf_vector", "2147483647"),
        (f"{MODEL}.trees.0.tree_param.num_nodes", "2147483647"),
        (f"{MODEL}.trees.0.tree_param.num_feature", "1"),
        (f"{MODEL}.trees.0.tree_param.num_deleted", "-1"),
        (f"{MODEL}.trees.0.id", -1),
        (f"{MODEL}.trees.0.left_children.0", 0),
        (f"{MODEL}.trees.0.left_children.0", -2),
        (f"{MODEL}.trees.0.right_children.0", 10**6),
        (f"{MODEL}.trees.0.right_children.0", 1),
        (f"{MODEL}.trees.0.parents.1", 5),
        (f"{MODEL}.trees.0.parents.0", 0),
        (f"{MODEL}.trees.0.split_indices.0", -1),
        (f"{MODEL}.trees.0.split_indices.0", 10**4),
        (f"{MODEL}.trees.0.split_type.0", 1),
        (f"{MODEL}.trees.0.default_left.0", 2),
        (f"{MODEL}.trees.0.split_conditions.0", 1e39),
        (f"{MODEL}.trees.0.split_conditions", []),
        (f"{MODEL}.trees.0.categories", [1]),
        (f"{MODEL}.trees.0.categories_nodes", [0]),
        (f"{MODEL}.cats.enc", [{}]),
        ("learner.gradient_booster.name", "dart"),
        ("learner.objective.name", "reg:squarederror"),
        ("learner.attributes", {"best_iteration": "9999"}),
        ("learner.feature_types", ["c"]),
        (f"{LEARNER}.num_class", "2147483647"),
        (f"{LEARNER}.num_feature", "2147483647"),
        (f"{LEARNER}.num_target", "2"),
        (f"{LEARNER}.base_score", "[1E0]"),
        (f"{LEARNER}.base_score", "[NaN,NaN,NaN,NaN]"),
        ("version", [3, 2, "0"]),
        ("version", [1, 0, 0]),
    ],
)
def test_invalid_numbers_in_trees_are_refused(loaded, contents, file, path, value):
    with pytest.raises(BundleError, match="Train again"):
        loaded({file: edited(contents[file], path, value)})


@pytest.mark.parametrize("options", [["--changes=400"], ["--file=ranker.json"], ["--whole", "--changes=60"]])
@pytest.mark.slow
def test_changed_trees_are_refused_or_predict_finite_numbers(contents, tmp_path, options):
    """In a process of its own, because following a wrong number would crash it."""
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-m", "tests.fuzz_trees", str(tmp_path), *options]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert json.loads(ran.stdout)["refused"] > 0


# --- what is not a regular file


NOT_FILES = {
    "pipe": os.mkfifo if hasattr(os, "mkfifo") else None,
    "folder": os.mkdir,
    "link": lambda path: os.symlink(__file__, path),
    "link to a device": lambda path: os.symlink("/dev/zero", path),
    "link to nothing": lambda path: os.symlink("/nowhere", path),
}
if not NOT_FILES["pipe"]:
    del NOT_FILES["pipe"]


@pytest.mark.parametrize("kind", NOT_FILES)
@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_only_regular_files_are_read(contents, tmp_path, kind, name):
    for each, content in contents.items():
        (tmp_path / each).write_bytes(content)
    (tmp_path / name).unlink()
    NOT_FILES[kind](tmp_path / name)
    began = time.monotonic()
    with pytest.raises(BundleError, match=f"{name}.* cannot be read"):
        recsys.load(tmp_path)
    assert time.monotonic() - began < 10


def test_a_file_over_the_limit_is_not_read(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_regular(tmp_path / "file", 4)


def test_strict_json_names_the_problem():
    for content, problem in {
        b"\xff": "not UTF-8 at position 0",
        b"\xef\xbb\xbf{}": "byte order mark",
        b"[1,": "line 1 column",
        b'{"a": 1, "a": 2}': "the key 'a' twice",
        b"[" * 21 + b"]" * 21: "21 levels",
        b"[" + b"1" * 101 + b"]": "101 characters",
        b"[Infinity]": "Infinity",
    }.items():
        with pytest.raises(strict_json.JsonError, match=problem):
            strict_json.parse(content)


def test_a_zip_with_a_changed_byte_is_refused_or_the_same(tiny_version, tmp_path):
    registry = Registry(tmp_path)
    content = packed(registry, registry.publish(tiny_version))
    registry = Registry(tmp_path / "other")
    for position in range(0, len(content), len(content) // 200):
        changed = bytearray(content)
        changed[position] ^= 0xFF
        with suppress(BundleError):  # some bytes mean nothing
            assert packed(registry, unpack(registry, bytes(changed), "me")) == content
            shutil.rmtree(registry.folder)
    assert registry.versions() == []
