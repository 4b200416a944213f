"""Everybody is a visitor until the key is right; guessing is slow, and a forged action is refused."""

from __future__ import annotations

import pytest

from recsys import owner
from recsys.errors import InputError, NotAllowedError
from recsys.settings import memory_mb


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def door(clock):
    return owner.Door("right", clock)


@pytest.mark.parametrize(
    "given", ["", "wrong", "Right", "right ", "righ", "rightright", "\ud800", "ṟight", "x" * 10_000]
)
def test_only_the_right_key_opens(door, given):
    assert not door.opens(given, "a")
    assert door.opens("right", "a")


def test_after_some_wrong_keys_even_the_right_one_waits(door, clock):
    for _ in range(owner.WRONG_KEYS):
        assert not door.opens("wrong", "a")
    with pytest.raises(NotAllowedError, match="60 seconds"):
        door.opens("right", "a")
    assert door.opens("right", "b")
    clock.now = owner.WINDOW_SECONDS
    assert door.opens("right", "a")


def test_the_right_key_forgets_the_wrong_ones(door):
    for _ in range(3):
        for _ in range(owner.WRONG_KEYS - 1):
            door.opens("wrong", "a")
        assert door.opens("right", "a")


def test_not_every_client_is_remembered_for_ever(door, monkeypatch):
    monkeypatch.setattr(owner, "CLIENTS", 3)
    for client in range(9):
        door.opens("wrong", str(client))
    assert len(door._wrong) == 3


def test_the_key_is_the_setting_else_one_made_for_this_run(monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "mine")
    assert owner.door().opens("mine", "a")
    assert owner.door() is owner.door()
    monkeypatch.delenv("RECSYS_ADMIN_KEY")
    assert owner.door().opens(owner.made_key(), "a")
    assert not owner.door().opens("", "a")
    assert len(owner.made_key()) >= 32


@pytest.mark.parametrize(
    ("address", "forwarded", "home"),
    [
        ("127.0.0.1", False, True),
        ("127.8.8.8", False, True),
        ("localhost", False, True),
        ("::1", False, True),
        ("[::1]", False, True),
        ("127.0.0.1", True, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("192.168.0.7", False, False),
        ("localhost.example.org", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_at_home_is_who_alone_can_reach_the_server(address, forwarded, home):
    assert owner.at_home(address, forwarded) is home


@pytest.mark.parametrize("action", owner.OWNER_ONLY)
def test_a_forged_action_is_refused(action):
    owner.require_owner(owner.OWNER, action)
    for role in (owner.VISITOR, "", "Owner", "admin"):
        with pytest.raises(NotAllowedError, match=action):
            owner.require_owner(role, action)


def test_the_memory_of_a_training_is_a_number_or_not_set(monkeypatch):
    monkeypatch.delenv("RECSYS_MEMORY_MB", raising=False)
    assert memory_mb() is None
    monkeypatch.setenv("RECSYS_MEMORY_MB", "300")
    assert memory_mb() == 300
    for wrong in ("0", "-300", "3e2", "much", "٣٠٠", "9" * 5000):
        monkeypatch.setenv("RECSYS_MEMORY_MB", wrong)
        with pytest.raises(InputError, match="RECSYS_MEMORY_MB"):
            memory_mb()
