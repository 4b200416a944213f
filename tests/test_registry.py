"""The shelf: what is published answers, a damaged model never does, nothing is lost."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

import recsys
from recsys.errors import BundleError, NoModelError
from recsys.registry import Shelf


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "models")


@pytest.fixture
def two(shelf, tiny_model):
    """An older and a newer version."""
    older = shelf.publish(tiny_model)
    newer = shelf.publish(replace(tiny_model, manifest={"preset": "newer"}))
    if shelf.versions() != [newer, older]:  # published within one second: order by name, as the shelf does
        newer, older = shelf.versions()
        shelf.activate(newer)
    return older, newer


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_an_empty_shelf_says_what_to_do(shelf):
    assert shelf.active_version() is None
    assert shelf.versions() == []
    with pytest.raises(NoModelError, match="python -m recsys train"):
        shelf.load_active()


def test_what_is_published_answers(shelf, two):
    loaded = shelf.load_active()
    assert (loaded.version, loaded.pointer, loaded.warning) == (two[1], two[1], "")


def test_going_back_is_one_pointer(shelf, two):
    shelf.activate(two[0])
    assert shelf.load_active().version == two[0]
    assert shelf.versions() == [two[1], two[0]]


def test_a_damaged_active_model_falls_back_with_a_warning(shelf, two):
    flip(shelf.path(two[1]) / "arrays.npz")
    loaded = shelf.load_active()
    assert (loaded.version, loaded.pointer) == two
    assert "arrays.npz" in loaded.warning
    assert two[0] in loaded.warning


def test_when_all_are_damaged_each_is_named(shelf, two):
    for version in two:
        flip(shelf.path(version) / "model.json")
    with pytest.raises(NoModelError, match=rf"{two[1]}.*{two[0]}"):
        shelf.load_active()


@pytest.mark.parametrize(
    "pointer", ["", "{", "[]", '{"version": 5}', '{"version": "../../etc"}', '{"version": "20200101-000000-aaaaaa"}']
)
def test_a_broken_pointer_means_the_newest(shelf, two, pointer):
    (shelf.folder / "active.json").write_text(pointer)
    assert shelf.active_version() == two[1]
    assert shelf.load_active().version == two[1]


@pytest.mark.parametrize("name", ["../models", "/etc", "", "a\0b", "x" * 10_000, "２０２６1123-120000-abcdef", ".."])
def test_only_names_of_the_shelf_are_opened(shelf, two, name):
    with pytest.raises(BundleError, match="no version"):
        shelf.path(name)
    with pytest.raises(BundleError):
        shelf.activate(name)
    assert shelf.active_version() == two[1]


def test_sweeping_takes_only_what_was_abandoned(shelf, two):
    fresh, old = shelf.folder / ".new-fresh-1", shelf.folder / ".new-old-1"
    for folder in (fresh, old):
        folder.mkdir()
        (folder / "model.json").write_text("{}")
    os.utime(old, (time.time() - 90_000,) * 2)
    shelf.sweep()
    assert fresh.exists()
    assert not old.exists()
    assert shelf.load_active().version == two[1]


def test_load_without_a_folder_is_the_active_model(own_shelf, tiny_model):
    version = Shelf().publish(tiny_model)
    assert recsys.load().version == version
