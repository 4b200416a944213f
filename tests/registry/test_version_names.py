"""Names of versions for people: stable numbers, the preset, and the time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from recsys.registry import Registry, transitions
from recsys.registry.version_names import version_name, version_numbers, with_names

VERSION = "20261130-140612-7be08b"


def test_numbers_follow_the_order_of_adding_and_survive_deletion(tiny_model, tmp_path, monkeypatch):
    monkeypatch.setattr(transitions, "KEPT", 0)
    registry = Registry(tmp_path)
    first, second, third = (registry.publish(tiny_model) for _ in range(3))
    numbers = {first: 1, second: 2, third: 3}
    assert registry.version_numbers() == numbers
    transitions.promote(registry, second, "me", "it was better")  # no new version: no new number
    with registry.exclusive():
        transitions.prune(registry, "me")
    assert first not in registry.versions()
    assert registry.version_numbers() == numbers
    fourth = registry.publish(tiny_model)
    assert registry.version_numbers()[fourth] == 4


@pytest.mark.parametrize(
    ("now", "time"),
    [
        (datetime(2026, 11, 30, 23, 59, tzinfo=UTC), "today 14:06"),
        (datetime(2026, 12, 1, tzinfo=UTC), "30 Nov 14:06"),
        (datetime(2027, 1, 1, tzinfo=UTC), "30 Nov 2026 14:06"),
    ],
)
def test_a_name_has_number_preset_and_time(now, time):
    assert version_name(VERSION, 3, "quick", now) == f"v3 · quick · {time}"
    assert version_name(VERSION, 3, "", now) == f"v3 · {time}"
    assert version_name(VERSION, None, "full", now) == f"full · {time} (7be08b)"


@pytest.mark.parametrize("text", ["", "my model", "99999999-999999-abcdef"])
def test_what_has_no_time_is_still_named(text):
    assert text[-6:] in version_name(text, None)


def test_ids_in_messages_become_names():
    assert with_names(f"{VERSION} is pinned.", lambda version: f"v3 of {version[:4]}") == "v3 of 2026 is pinned."
    assert with_names("Nothing was changed.", str.upper) == "Nothing was changed."


def test_an_unreadable_event_log_leaves_versions_without_number(tiny_model, tmp_path):
    registry = Registry(tmp_path)
    registry.publish(tiny_model)
    (tmp_path / "journal.jsonl").unlink()
    (tmp_path / "journal.jsonl").mkdir()
    assert registry.version_numbers() == {}
    assert version_numbers([]) == {}
