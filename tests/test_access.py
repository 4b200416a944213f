"""Everybody is a visitor until they give the right key; guessing is slow, and a forged action is refused."""

from __future__ import annotations

import pytest

from recsys import access
from recsys.errors import InputError, NotAllowedError
from recsys.settings import memory_mb


@pytest.fixture
def authenticator(clock):
    return access.KeyAuthenticator("right", clock)


@pytest.mark.parametrize(
    "wrong", ["", "wrong", "Right", "right ", "righ", "rightright", "\ud800", "ṟight", "x" * 10_000]
)
def test_only_the_right_key_is_accepted(authenticator, wrong):
    assert not authenticator.verify(wrong)
    assert authenticator.verify("right")


def test_the_right_key_is_accepted_after_any_number_of_wrong_ones(authenticator):
    for _ in range(1000):
        authenticator.delay("a", "session 1")
    assert authenticator.verify("right")


def test_delays_grow_to_a_maximum_and_end_with_the_window(authenticator, clock):
    delays = [authenticator.delay("a") for _ in range(access.WRONG_KEYS + 6)]
    assert delays[: access.WRONG_KEYS] == [0] * access.WRONG_KEYS
    assert delays[access.WRONG_KEYS :] == [0.5, 1, 2, 4, 4, 4]
    assert authenticator.delay("b") == 0
    clock.now = access.WINDOW_SECONDS
    assert authenticator.delay("a") == 0


def test_neither_another_session_nor_another_address_makes_guessing_faster(authenticator):
    attempts = range(access.WRONG_KEYS + 1)
    new_sessions = [authenticator.delay("a", f"session {attempt}") for attempt in attempts]
    new_addresses = [authenticator.delay(f"address {attempt}", "session x") for attempt in attempts]
    assert (new_sessions[-1], new_addresses[-1]) == (0.5, 0.5)


def test_the_least_recent_clients_are_forgotten(authenticator, monkeypatch):
    monkeypatch.setattr(access, "MAX_CLIENTS", 3)
    for client in range(9):
        authenticator.delay(str(client))
    assert list(authenticator._wrong_key_times) == ["6", "7", "8"]


def test_the_key_is_the_setting_or_else_a_generated_one(monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "a key of my own")
    assert access.authenticator().verify("a key of my own")
    assert access.authenticator() is access.authenticator()
    monkeypatch.delenv("RECSYS_ADMIN_KEY")
    assert access.authenticator().verify(access.generate_key())
    assert not access.authenticator().verify("")
    assert len(access.generate_key()) >= 32


@pytest.mark.parametrize("weak", ["mine", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababababab"])
def test_a_key_that_can_be_guessed_is_not_accepted(weak, monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", weak)
    assert not access.authenticator().verify(weak)
    assert access.authenticator().verify(access.generate_key())
    assert "at least 12 characters" in str(access.key_problem(weak))
    assert access.key_problem(access.generate_key()) is None


@pytest.mark.parametrize(
    ("address", "forwarded", "is_local"),
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
def test_a_server_is_local_if_only_its_own_machine_can_reach_it(address, forwarded, is_local):
    assert access.is_local(address, forwarded) is is_local


@pytest.mark.parametrize("action", access.OWNER_ONLY)
def test_a_forged_action_is_refused(action):
    access.require_owner(access.OWNER, action)
    for role in (access.VISITOR, "", "Owner", "admin"):
        with pytest.raises(NotAllowedError, match=action):
            access.require_owner(role, action)


def test_the_memory_limit_is_a_whole_number_or_not_set(monkeypatch):
    monkeypatch.delenv("RECSYS_MEMORY_MB", raising=False)
    assert memory_mb() is None
    monkeypatch.setenv("RECSYS_MEMORY_MB", "300")
    assert memory_mb() == 300
    for wrong in ("0", "-300", "3e2", "much", "٣٠٠", "9" * 5000):
        monkeypatch.setenv("RECSYS_MEMORY_MB", wrong)
        with pytest.raises(InputError, match="RECSYS_MEMORY_MB"):
            memory_mb()
