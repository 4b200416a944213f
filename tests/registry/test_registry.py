"""The shelf: what is published answers, a damaged model never does, nothing is lost."""

from __future__ import annotations

import errno
import io
import os
from dataclasses import replace

import pytest

import recsys
from recsys.errors import BundleError, GateError, NoModelError
from recsys.registry import Registry, bundle, manifest, transitions
from recsys.registry.archive import packed, unpack
from recsys.registry.listing import listing


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "models")


@pytest.fixture
def two(registry, tiny_model):
    """An older and a newer version."""
    return registry.publish(tiny_model), registry.publish(replace(tiny_model, manifest={"preset": "newer"}))


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_an_empty_shelf_says_what_to_do(registry):
    assert registry.active_version() is None
    assert registry.versions() == []
    with pytest.raises(NoModelError, match="python -m recsys train"):
        registry.load_active()


def test_what_is_published_answers(registry, two):
    loaded = registry.load_active()
    assert (loaded.version, loaded.pointer, loaded.warning) == (two[1], two[1], "")


def test_going_back_is_one_pointer(registry, two):
    registry.activate("promoted", two[0], "me", "")
    assert registry.load_active().version == two[0]
    assert registry.versions() == [two[1], two[0]]


def test_a_damaged_active_model_falls_back_with_a_warning(registry, two):
    flip(registry.path(two[1]) / "arrays.npz")
    loaded = registry.load_active()
    assert (loaded.version, loaded.pointer) == two
    assert "arrays.npz" in loaded.warning
    assert two[0] in loaded.warning


def test_when_all_are_damaged_each_is_named(registry, two):
    for version in two:
        flip(registry.path(version) / "model.json")
    with pytest.raises(NoModelError, match=rf"{two[1]}.*{two[0]}"):
        registry.load_active()


POINTERS = {
    "empty": b"",
    "cut": b"{",
    "a list": b"[]",
    "a number": b'{"version": 5, "previous": null}',
    "a path": b'{"version": "../../etc", "previous": null}',
    "one that is gone": b'{"version": "20200101-000000-aaaaaa", "previous": null}',
    "a field missing": b'{"version": "%b"}',
    "a field twice": b'{"version": "%b", "version": "%b", "previous": null}',
    "a field more": b'{"version": "%b", "previous": null, "x": 1}',
    "deep": b"[" * 100_000,
    "not UTF-8": b"\xff\xfe{}",
    "large": b" " * 10_000_000,
}


@pytest.mark.parametrize("pointer", [*POINTERS, "missing", "folder", "pipe", "link"])
def test_without_a_pointer_the_last_that_was_promoted_answers_with_a_warning(
    registry, two, tiny_model, pointer, tmp_path
):
    registry.publish(tiny_model)
    transitions.promote(registry, two[0], "me", "it was right")
    path = registry.folder / "active.json"
    content = path.read_bytes()
    path.unlink()
    if pointer in POINTERS:
        path.write_bytes(POINTERS[pointer].replace(b"%b", two[1].encode()))
    elif pointer == "folder":
        path.mkdir()
    elif pointer == "pipe":
        os.mkfifo(path)
    elif pointer == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.symlink_to(tmp_path / "elsewhere")
    loaded = registry.load_active()
    assert (loaded.version, registry.active_version()) == (two[0], two[0])
    assert "active.json" in loaded.warning
    assert two[0] in loaded.warning
    assert registry.previous_version() is not None
    assert [row["version"] for row in listing(registry) if row["active"]] == [two[0]]
    assert [row["version"] for row in listing(registry) if row["doubtful"]] == [two[0]]


@pytest.mark.parametrize("wanted", [0, 1])
def test_a_promotion_writes_the_pointer_anew(registry, two, wanted):
    (registry.folder / "active.json").write_bytes(b"")
    assert registry.load_active().warning
    transitions.promote(registry, two[wanted], "me", "to set it right")
    loaded = registry.load_active()
    assert (loaded.version, loaded.warning) == (two[wanted], "")
    assert (registry.folder / "active.json").read_bytes() != b""
    assert not any(row["doubtful"] for row in listing(registry))


def test_of_a_single_version_there_is_no_doubt(registry, tiny_model):
    version = registry.publish(tiny_model)
    (registry.folder / "active.json").unlink()
    loaded = registry.load_active()
    assert (loaded.version, loaded.warning) == (version, "")


def test_with_neither_pointer_nor_log_the_newest_whole_one_answers(registry, two):
    for name in ("active.json", "journal.jsonl"):
        (registry.folder / name).unlink()
    assert registry.active_version() == two[1]
    (registry.folder / two[1] / "arrays.npz").unlink()
    assert registry.active_version() == two[0]
    assert [row["version"] for row in listing(registry) if row["active"]] == [two[0]]
    assert registry.load_active().version == two[0]
    (registry.folder / two[0] / "manifest.json").write_bytes(b"{}")
    assert registry.active_version() is None
    assert not any(row["active"] for row in listing(registry))


@pytest.mark.parametrize("odd", ["folder", "pipe", "link"])
def test_a_journal_that_is_no_file_is_neither_followed_nor_waited_for(registry, two, tmp_path, odd):
    path = registry.folder / "journal.jsonl"
    path.unlink()
    if odd == "link":
        (tmp_path / "elsewhere").write_bytes(b"")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        (os.mkfifo if odd == "pipe" else os.mkdir)(path)
    assert registry.load_active().version == two[1]
    for act in (
        registry.event_log,
        lambda: transitions.pin(registry, two[0], "me"),
        lambda: transitions.roll_back(registry, "me"),
    ):
        with pytest.raises(BundleError, match=r"regular file|link|directory"):
            act()
    if odd == "link":
        assert (tmp_path / "elsewhere").read_bytes() == b""


def test_a_line_of_the_journal_is_read_strictly(registry, two):
    line = (registry.folder / "journal.jsonl").read_bytes().splitlines()[0]
    odd = [
        b"[" * 100_000,
        line.replace(b"published", b"prom\\ud800oted"),
        line[:-1] + b', "x": 1}',
        line + b"}",
        b"\xff",
    ]
    with open(registry.folder / "journal.jsonl", "ab") as file:
        file.write(b"\n".join([*odd, line.replace(b'"who"', b'"why": "x", "who"'), b""]))
    assert [row.what for row in registry.event_log()] == ["published", "published"]


@pytest.mark.parametrize("name", ["../models", "/etc", "", "a\0b", "x" * 10_000, "２０２６1123-120000-abcdef", ".."])
def test_only_names_of_the_shelf_are_opened(registry, two, name):
    with pytest.raises(BundleError, match="no version"):
        registry.path(name)
    with pytest.raises(BundleError):
        registry.activate("promoted", name, "me", "")
    assert registry.active_version() == two[1]


def test_sweeping_takes_what_killed_writers_left_but_not_from_a_busy_one(registry, two):
    names = (f".new-{two[0]}-1", f".gone-{two[0]}-1", ".new-active.json-1-1", ".active.json-1-1")
    left = [registry.folder / name for name in names]
    for folder in left:
        folder.mkdir()
        (folder / "model.json").write_text("{}")
    with registry.exclusive():
        registry.remove_stale()
        assert all(folder.exists() for folder in left)
    registry.remove_stale()
    assert not any(folder.exists() for folder in left)
    assert registry.load_active().version == two[1]


def test_versions_made_in_one_second_are_in_order(registry, tiny_model):
    made = [registry.publish(tiny_model) for _ in range(4)]
    assert registry.versions() == made[::-1]


def test_a_damaged_model_falls_back_on_the_one_before(registry, two, tiny_model):
    last = registry.publish(tiny_model)
    transitions.promote(registry, two[0], "me", "better")
    flip(registry.path(two[0]) / "arrays.npz")
    assert registry.load_active().version == last


def test_a_refused_model_never_answers_unasked(registry, two, tiny_model):
    refused = registry.add(replace(tiny_model, manifest={"gate": {"passed": False}}))
    (registry.folder / "active.json").unlink()
    assert registry.active_version() == two[1]
    for version in two:
        flip(registry.path(version) / "model.json")
    with pytest.raises(NoModelError, match=r"model\.json"):
        registry.load_active()
    registry.activate("promoted", refused, "me", "")
    assert registry.load_active().version == refused


def test_rolling_back_is_undone_by_rolling_back(registry, two):
    assert transitions.roll_back(registry, "me") == two[0]
    assert registry.load_active().version == two[0]
    assert transitions.roll_back(registry, "me") == two[1]


def test_a_shelf_of_one_has_nothing_to_go_back_to(registry, tiny_model):
    registry.publish(tiny_model)
    with pytest.raises(BundleError, match="no earlier version"):
        transitions.roll_back(registry, "me")


def test_nobody_goes_back_to_a_damaged_model(registry, two):
    flip(registry.path(two[0]) / "model.json")
    with pytest.raises(BundleError, match=r"model\.json"):
        transitions.roll_back(registry, "me")
    with pytest.raises(BundleError, match=r"model\.json"):
        transitions.promote(registry, two[0], "me", "whatever")
    assert registry.active_version() == two[1]


def test_active_previous_and_pinned_versions_are_not_deleted(registry, two, tiny_model):
    last = registry.publish(tiny_model)
    with pytest.raises(BundleError, match="active"):
        transitions.delete(registry, last, "me")
    with pytest.raises(BundleError, match="goes back to"):
        transitions.delete(registry, two[1], "me")
    transitions.pin(registry, two[0], "me")
    with pytest.raises(BundleError, match="pinned"):
        transitions.delete(registry, two[0], "me")
    assert registry.versions() == [last, *two[::-1]]
    transitions.unpin(registry, two[0], "me")
    transitions.delete(registry, two[0], "me", "old")
    assert registry.versions() == [last, two[1]]
    assert [path.name for path in registry.folder.glob(".*")] == []


def test_cleaning_spares_active_previous_and_pinned(registry, two, tiny_model, monkeypatch):
    monkeypatch.setattr(transitions, "KEPT", 1)
    transitions.pin(registry, two[0], "me")
    refused = [transitions.submit(registry, tiny_model, "me", "") for _ in range(3)]
    assert registry.versions() == [refused[-1], two[1], two[0]]
    assert [entry.version for entry in registry.event_log() if entry.what == "cleaned"] == refused[1::-1]


def test_an_arrival_is_kept_and_makes_room(registry, two, tiny_model, monkeypatch, tmp_path):
    elsewhere = Registry(tmp_path / "elsewhere")
    arriving = elsewhere.publish(tiny_model)
    spare = registry.add(tiny_model)
    monkeypatch.setattr(transitions, "KEPT", 0)
    unpack(registry, packed(elsewhere, arriving), "me")
    assert sorted(registry.versions()) == sorted([*two, arriving])
    assert [entry.version for entry in registry.event_log() if entry.what == "cleaned"] == [spare]


def test_the_journal_says_who_what_when_and_why(registry, two):
    transitions.promote(registry, two[0], "Ann", "the newer one is odd")
    transitions.pin(registry, two[0], "Bo")
    told = [(row.what, row.version, row.who, row.why) for row in registry.event_log()]
    assert told == [
        ("pinned", two[0], "Bo", ""),
        ("promoted", two[0], "Ann", "the newer one is odd"),
        ("published", two[1], "a script", ""),
        ("published", two[0], "a script", ""),
    ]
    assert all(row.time.endswith("+00:00") for row in registry.event_log())


def test_a_torn_line_costs_the_journal_only_that_line(registry, two):
    with open(registry.folder / "journal.jsonl", "ab") as file:
        file.write(b'{"time": "2026-0')
    transitions.pin(registry, two[0], "me")
    assert [row.what for row in registry.event_log()] == ["pinned", "published", "published"]


def test_a_gate_is_passed_only_with_a_reason(registry, two):
    other = registry.add(bundle.load(registry.path(two[1])))
    with pytest.raises(GateError, match="no report"):
        transitions.promote(registry, other, "me", "  ")
    assert registry.active_version() == two[1]
    verdict = transitions.promote(registry, other, "me", "for the test")
    assert (verdict.passed, registry.active_version()) == (False, other)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_what_the_disk_refuses_is_a_sentence_and_changes_nothing(registry, two, monkeypatch, number, call):
    def refuse(*given):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(BundleError, match=os.strerror(number)):
            transitions.roll_back(registry, "me")
    assert registry.load_active().version == two[1]
    assert [path.name for path in registry.folder.glob(".*")] == []


CHANGES = {
    "promote": lambda registry, two: transitions.promote(registry, two[0], "me", "x"),
    "roll back": lambda registry, two: transitions.roll_back(registry, "me"),
    "pin": lambda registry, two: transitions.pin(registry, two[0], "me"),
    "unpin": lambda registry, two: transitions.unpin(registry, two[1], "me"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_journal_that_cannot_grow_refuses_the_change(registry, two, monkeypatch, change):
    transitions.pin(registry, two[1], "me")
    before = (registry.active_version(), registry.pinned(), (registry.folder / "journal.jsonl").read_bytes())

    class Full(io.BytesIO):
        def write(self, line):
            with open(registry.folder / "journal.jsonl", "ab") as file:
                file.write(line[:20])  # as much as the last block takes
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("recsys.registry.event_log.open", lambda *_, **options: Full(), raising=False)
        with pytest.raises(BundleError, match="No space left"):
            CHANGES[change](registry, two)
    assert (registry.active_version(), registry.pinned(), (registry.folder / "journal.jsonl").read_bytes()) == before


def test_a_change_that_the_disk_refuses_is_not_in_the_journal(registry, two, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
        with pytest.raises(BundleError, match="No space left"):
            transitions.roll_back(registry, "me")
    assert [row.what for row in registry.event_log()] == ["published", "published"]


def test_what_is_so_already_is_no_change(registry, two):
    transitions.unpin(registry, two[0], "me")
    transitions.pin(registry, two[0], "me")
    transitions.pin(registry, two[0], "me")
    assert [row.what for row in registry.event_log()] == ["pinned", "published", "published"]


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path, tiny_model):
    (tmp_path / "models").write_text("")
    with pytest.raises(BundleError, match="folder of models"):
        Registry(tmp_path / "models").publish(tiny_model)


def test_an_older_format_is_listed_and_said_to_be_older(registry, two, monkeypatch):
    monkeypatch.setattr(manifest, "FORMAT", manifest.FORMAT + 1)
    assert ["an older one: train again" in row["problem"] for row in listing(registry)] == [True, True]
    assert [row["active"] for row in listing(registry)] == [True, False]
    with pytest.raises(NoModelError, match="older"):
        registry.load_active()


def test_load_without_a_folder_is_the_active_model(own_registry, tiny_model):
    version = Registry().publish(tiny_model)
    assert recsys.load().version == version
