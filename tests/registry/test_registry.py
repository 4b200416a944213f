"""The registry: a published version is active, a damaged one is never served, nothing is lost."""

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
def versions(registry, tiny_model) -> tuple[str, str]:
    """An older and a newer version."""
    return registry.publish(tiny_model), registry.publish(replace(tiny_model, manifest={"preset": "newer"}))


def flip(path):
    """Flip one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_the_error_of_an_empty_registry_has_a_remedy(registry):
    assert registry.active_version() is None
    assert registry.versions() == []
    with pytest.raises(NoModelError, match="python -m recsys train"):
        registry.load_active()


def test_a_published_version_is_active(registry, versions):
    loaded = registry.load_active()
    assert (loaded.version, loaded.active_version, loaded.warning) == (versions[1], versions[1], "")


def test_an_older_version_can_be_activated(registry, versions):
    registry.activate("promoted", versions[0], "me", "")
    assert registry.load_active().version == versions[0]
    assert registry.versions() == [versions[1], versions[0]]


def test_a_damaged_active_model_falls_back_with_a_warning(registry, versions):
    flip(registry.path(versions[1]) / "arrays.npz")
    loaded = registry.load_active()
    assert (loaded.version, loaded.active_version) == versions
    assert "arrays.npz" in loaded.warning
    assert versions[0] in loaded.warning


def test_when_all_versions_are_damaged_each_is_named(registry, versions):
    for version in versions:
        flip(registry.path(version) / "model.json")
    with pytest.raises(NoModelError, match=rf"{versions[1]}.*{versions[0]}"):
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
def test_without_a_pointer_the_last_promoted_version_is_active_with_a_warning(
    registry, versions, tiny_model, pointer, tmp_path
):
    registry.publish(tiny_model)
    transitions.promote(registry, versions[0], "me", "it was right")
    path = registry.folder / "active.json"
    content = path.read_bytes()
    path.unlink()
    if pointer in POINTERS:
        path.write_bytes(POINTERS[pointer].replace(b"%b", versions[1].encode()))
    elif pointer == "folder":
        path.mkdir()
    elif pointer == "pipe":
        os.mkfifo(path)
    elif pointer == "link":
        (tmp_path / "elsewhere").write_bytes(content)
        path.symlink_to(tmp_path / "elsewhere")
    loaded = registry.load_active()
    assert (loaded.version, registry.active_version()) == (versions[0], versions[0])
    assert "active.json" in loaded.warning
    assert versions[0] in loaded.warning
    assert registry.previous_version() is not None
    assert [row["version"] for row in listing(registry) if row["active"]] == [versions[0]]
    assert [row["version"] for row in listing(registry) if row["doubtful"]] == [versions[0]]


@pytest.mark.parametrize("index", [0, 1])
def test_a_promotion_repairs_the_pointer(registry, versions, index):
    (registry.folder / "active.json").write_bytes(b"")
    assert registry.load_active().warning
    transitions.promote(registry, versions[index], "me", "to set it right")
    loaded = registry.load_active()
    assert (loaded.version, loaded.warning) == (versions[index], "")
    assert (registry.folder / "active.json").read_bytes() != b""
    assert not any(row["doubtful"] for row in listing(registry))


def test_a_single_version_needs_no_pointer(registry, tiny_model):
    version = registry.publish(tiny_model)
    (registry.folder / "active.json").unlink()
    loaded = registry.load_active()
    assert (loaded.version, loaded.warning) == (version, "")


def test_with_neither_pointer_nor_event_log_the_newest_complete_version_is_active(registry, versions):
    for name in ("active.json", "journal.jsonl"):
        (registry.folder / name).unlink()
    assert registry.active_version() == versions[1]
    (registry.folder / versions[1] / "arrays.npz").unlink()
    assert registry.active_version() == versions[0]
    assert [row["version"] for row in listing(registry) if row["active"]] == [versions[0]]
    assert registry.load_active().version == versions[0]
    (registry.folder / versions[0] / "manifest.json").write_bytes(b"{}")
    assert registry.active_version() is None
    assert not any(row["active"] for row in listing(registry))


@pytest.mark.parametrize("kind", ["folder", "pipe", "link"])
def test_an_event_log_that_is_no_file_is_neither_followed_nor_waited_for(registry, versions, tmp_path, kind):
    path = registry.folder / "journal.jsonl"
    path.unlink()
    if kind == "link":
        (tmp_path / "elsewhere").write_bytes(b"")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        (os.mkfifo if kind == "pipe" else os.mkdir)(path)
    assert registry.load_active().version == versions[1]
    for access in (
        registry.event_log,
        lambda: transitions.pin(registry, versions[0], "me"),
        lambda: transitions.roll_back(registry, "me"),
    ):
        with pytest.raises(BundleError, match=r"regular file|link|directory"):
            access()
    if kind == "link":
        assert (tmp_path / "elsewhere").read_bytes() == b""


def test_lines_of_the_event_log_are_parsed_strictly(registry, versions):
    line = (registry.folder / "journal.jsonl").read_bytes().splitlines()[0]
    invalid = [
        b"[" * 100_000,
        line.replace(b"published", b"prom\\ud800oted"),
        line[:-1] + b', "x": 1}',
        line + b"}",
        b"\xff",
    ]
    with open(registry.folder / "journal.jsonl", "ab") as file:
        file.write(b"\n".join([*invalid, line.replace(b'"who"', b'"why": "x", "who"'), b""]))
    assert [entry.what for entry in registry.event_log()] == ["published", "published"]


@pytest.mark.parametrize("name", ["../models", "/etc", "", "a\0b", "x" * 10_000, "２０２６1123-120000-abcdef", ".."])
def test_only_existing_versions_are_opened(registry, versions, name):
    with pytest.raises(BundleError, match="no version"):
        registry.path(name)
    with pytest.raises(BundleError):
        registry.activate("promoted", name, "me", "")
    assert registry.active_version() == versions[1]


def test_leftovers_of_killed_writers_are_removed_unless_a_writer_is_busy(registry, versions):
    names = (f".new-{versions[0]}-1", f".gone-{versions[0]}-1", ".new-active.json-1-1", ".active.json-1-1")
    leftovers = [registry.folder / name for name in names]
    for folder in leftovers:
        folder.mkdir()
        (folder / "model.json").write_text("{}")
    with registry.exclusive():
        registry.remove_stale()
        assert all(folder.exists() for folder in leftovers)
    registry.remove_stale()
    assert not any(folder.exists() for folder in leftovers)
    assert registry.load_active().version == versions[1]


def test_versions_of_one_second_are_in_order(registry, tiny_model):
    published = [registry.publish(tiny_model) for _ in range(4)]
    assert registry.versions() == published[::-1]


def test_a_damaged_model_falls_back_to_the_previous_one(registry, versions, tiny_model):
    last = registry.publish(tiny_model)
    transitions.promote(registry, versions[0], "me", "better")
    flip(registry.path(versions[0]) / "arrays.npz")
    assert registry.load_active().version == last


def test_a_refused_model_is_served_only_when_it_was_activated(registry, versions, tiny_model):
    refused = registry.add(replace(tiny_model, manifest={"gate": {"passed": False}}))
    (registry.folder / "active.json").unlink()
    assert registry.active_version() == versions[1]
    for version in versions:
        flip(registry.path(version) / "model.json")
    with pytest.raises(NoModelError, match=r"model\.json"):
        registry.load_active()
    registry.activate("promoted", refused, "me", "")
    assert registry.load_active().version == refused


def test_rolling_back_is_undone_by_rolling_back(registry, versions):
    assert transitions.roll_back(registry, "me") == versions[0]
    assert registry.load_active().version == versions[0]
    assert transitions.roll_back(registry, "me") == versions[1]


def test_a_single_version_cannot_be_rolled_back(registry, tiny_model):
    registry.publish(tiny_model)
    with pytest.raises(BundleError, match="no previous version"):
        transitions.roll_back(registry, "me")


def test_a_damaged_model_is_neither_rolled_back_to_nor_promoted(registry, versions):
    flip(registry.path(versions[0]) / "model.json")
    with pytest.raises(BundleError, match=r"model\.json"):
        transitions.roll_back(registry, "me")
    with pytest.raises(BundleError, match=r"model\.json"):
        transitions.promote(registry, versions[0], "me", "whatever")
    assert registry.active_version() == versions[1]


def test_active_previous_and_pinned_versions_are_not_deleted(registry, versions, tiny_model):
    last = registry.publish(tiny_model)
    with pytest.raises(BundleError, match="is live"):
        transitions.delete(registry, last, "me")
    with pytest.raises(BundleError, match="a rollback needs"):
        transitions.delete(registry, versions[1], "me")
    transitions.pin(registry, versions[0], "me")
    with pytest.raises(BundleError, match="pinned"):
        transitions.delete(registry, versions[0], "me")
    assert registry.versions() == [last, *versions[::-1]]
    transitions.unpin(registry, versions[0], "me")
    transitions.delete(registry, versions[0], "me", "old")
    assert registry.versions() == [last, versions[1]]
    assert [path.name for path in registry.folder.glob(".*")] == []


def test_pruning_keeps_active_previous_and_pinned_versions(registry, versions, tiny_model, monkeypatch):
    monkeypatch.setattr(transitions, "KEPT", 1)
    transitions.pin(registry, versions[0], "me")
    refused = [transitions.submit(registry, tiny_model, "me", "") for _ in range(3)]
    assert registry.versions() == [refused[-1], versions[1], versions[0]]
    assert [entry.version for entry in registry.event_log() if entry.what == "cleaned"] == refused[1::-1]


def test_a_version_that_is_published_while_the_active_one_is_sought_is_not_missing(registry, tiny_model, monkeypatch):
    """The folder is listed after the pointer was read: in the other order the new version looks deleted."""
    first, second = registry.publish(tiny_model), registry.publish(tiny_model)
    listed = Registry.versions

    def publish_after_listing(self):
        monkeypatch.setattr(Registry, "versions", listed)
        names = listed(self)
        registry.publish(tiny_model)
        return names

    monkeypatch.setattr(Registry, "versions", publish_after_listing)
    active = registry.active()
    assert (active.version, active.previous, active.warning) == (second, first, "")


def test_the_best_version_of_the_data_is_found_and_never_pruned(registry, tiny_model, monkeypatch):
    """Among accepted ones of the same data; a refused one, one of other data, or a deleted one does not count."""

    def published(log_loss: float, data: str = "a", passed: bool = True) -> str:
        manifest = {"data": {"fingerprint": data}, "gate": {"passed": passed, "gate_log_loss": log_loss}}
        return registry.publish(replace(tiny_model, manifest={**tiny_model.manifest, **manifest}))

    best, second = published(1.0), published(1.1)
    published(0.8, data="b")
    published(0.9, passed=False)
    live = published(1.2)
    assert transitions.best_version(registry, "a") == best
    monkeypatch.setattr(transitions, "KEPT", 0)
    transitions.prune(registry, "me")
    assert best in registry.versions()
    assert second not in registry.versions()
    transitions.delete(registry, best, "me", "for room")
    assert transitions.best_version(registry, "a") == live
    assert transitions.best_version(registry, "c") is None


def test_an_imported_version_is_kept_and_older_ones_are_pruned(registry, versions, tiny_model, monkeypatch, tmp_path):
    elsewhere = Registry(tmp_path / "elsewhere")
    imported = elsewhere.publish(tiny_model)
    unprotected = registry.add(tiny_model)
    monkeypatch.setattr(transitions, "KEPT", 0)
    unpack(registry, packed(elsewhere, imported), "me")
    assert sorted(registry.versions()) == sorted([*versions, imported])
    assert [entry.version for entry in registry.event_log() if entry.what == "cleaned"] == [unprotected]


def test_the_event_log_says_who_what_when_and_why(registry, versions):
    transitions.promote(registry, versions[0], "Ann", "the newer one is odd")
    transitions.pin(registry, versions[0], "Bo")
    entries = [(entry.what, entry.version, entry.who, entry.why) for entry in registry.event_log()]
    assert entries == [
        ("pinned", versions[0], "Bo", ""),
        ("promoted", versions[0], "Ann", "the newer one is odd"),
        ("published", versions[1], "a script", ""),
        ("published", versions[0], "a script", ""),
    ]
    assert all(entry.time.endswith("+00:00") for entry in registry.event_log())


def test_an_incomplete_line_of_the_event_log_is_skipped(registry, versions):
    with open(registry.folder / "journal.jsonl", "ab") as file:
        file.write(b'{"time": "2026-0')
    transitions.pin(registry, versions[0], "me")
    assert [entry.what for entry in registry.event_log()] == ["pinned", "published", "published"]


def test_a_refused_version_is_promoted_only_with_a_reason(registry, versions):
    refused = registry.add(bundle.load(registry.path(versions[1])))
    with pytest.raises(GateError, match="no evaluation report"):
        transitions.promote(registry, refused, "me", "  ")
    assert registry.active_version() == versions[1]
    verdict = transitions.promote(registry, refused, "me", "for the test")
    assert (verdict.passed, registry.active_version()) == (False, refused)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["fsync", "replace", "open"])
def test_a_disk_error_is_a_sentence_and_changes_nothing(registry, versions, monkeypatch, number, call):
    def refuse(*args):
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, refuse)
        with pytest.raises(BundleError, match=os.strerror(number)):
            transitions.roll_back(registry, "me")
    assert registry.load_active().version == versions[1]
    assert [path.name for path in registry.folder.glob(".*")] == []


CHANGES = {
    "promote": lambda registry, versions: transitions.promote(registry, versions[0], "me", "x"),
    "roll back": lambda registry, versions: transitions.roll_back(registry, "me"),
    "pin": lambda registry, versions: transitions.pin(registry, versions[0], "me"),
    "unpin": lambda registry, versions: transitions.unpin(registry, versions[1], "me"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_without_space_for_the_event_log_a_change_is_refused(registry, versions, monkeypatch, change):
    transitions.pin(registry, versions[1], "me")
    before = (registry.active_version(), registry.pinned(), (registry.folder / "journal.jsonl").read_bytes())

    class Full(io.BytesIO):
        def write(self, line):
            with open(registry.folder / "journal.jsonl", "ab") as file:
                file.write(line[:20])  # as much as the last block takes
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("recsys.registry.event_log.open", lambda *_, **options: Full(), raising=False)
        with pytest.raises(BundleError, match="No space left"):
            CHANGES[change](registry, versions)
    assert (registry.active_version(), registry.pinned(), (registry.folder / "journal.jsonl").read_bytes()) == before


def test_a_failed_change_is_not_in_the_event_log(registry, versions, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
        with pytest.raises(BundleError, match="No space left"):
            transitions.roll_back(registry, "me")
    assert [entry.what for entry in registry.event_log()] == ["published", "published"]


def test_pinning_a_pinned_version_is_no_change(registry, versions):
    transitions.unpin(registry, versions[0], "me")
    transitions.pin(registry, versions[0], "me")
    transitions.pin(registry, versions[0], "me")
    assert [entry.what for entry in registry.event_log()] == ["pinned", "published", "published"]


def test_a_folder_that_is_a_file_is_a_sentence(tmp_path, tiny_model):
    (tmp_path / "models").write_text("")
    with pytest.raises(BundleError, match="models folder"):
        Registry(tmp_path / "models").publish(tiny_model)


def test_an_older_format_is_listed_with_the_problem(registry, versions, monkeypatch):
    monkeypatch.setattr(manifest, "FORMAT", manifest.FORMAT + 1)
    assert ["an older one: train again" in row["problem"] for row in listing(registry)] == [True, True]
    assert [row["active"] for row in listing(registry)] == [True, False]
    with pytest.raises(NoModelError, match="older"):
        registry.load_active()


def test_load_without_a_folder_is_the_active_model(own_registry, tiny_model):
    version = Registry().publish(tiny_model)
    assert recsys.load().version == version
