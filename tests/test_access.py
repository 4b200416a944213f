"""Everybody is a visitor until the key is right; guessing is slow, and a forged action is refused."""

from __future__ import annotations

import pytest

from recsys import access
from recsys.errors import InputError, NotAllowedError
from recsys.settings import memory_mb


@pytest.fixture
def authenticator(clock):
    return access.KeyAuthenticator("right", clock)


@pytest.mark.parametrize(
    "given", ["", "wrong", "Right", "right ", "righ", "rightright", "\ud800", "ṟight", "x" * 10_000]
)
def test_only_the_right_key_opens(authenticator, given):
    assert not authenticator.verify(given)
    assert authenticator.verify("right")


def test_no_number_of_wrong_keys_locks_the_right_one_out(authenticator):
    for _ in range(1000):
        authenticator.delay("a", "session 1")
    assert authenticator.verify("right")


def test_wrong_keys_are_answered_later_and_later_but_not_for_ever(authenticator, clock):
    delays = [authenticator.delay("a") for _ in range(access.WRONG_KEYS + 6)]
    assert delays[: access.WRONG_KEYS] == [0] * access.WRONG_KEYS
    assert delays[access.WRONG_KEYS :] == [0.5, 1, 2, 4, 4, 4]
    assert authenticator.delay("b") == 0
    clock.now = access.WINDOW_SECONDS
    assert authenticator.delay("a") == 0


def test_neither_another_session_nor_another_address_makes_guessing_faster(authenticator):
    for turn in range(access.WRONG_KEYS + 1):
        by_address = authenticator.delay("a", f"session {turn}")
        by_session = authenticator.delay(f"address {turn}", "session x")
    assert (by_address, by_session) == (0.5, 0.5)


def test_not_every_client_is_remembered_for_ever(authenticator, monkeypatch):
    monkeypatch.setattr(access, "CLIENTS", 3)
    for client in range(9):
        authenticator.delay(str(client))
    assert len(authenticator._wrong) == 3


def test_the_key_is_the_setting_else_one_made_for_this_run(monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "a key of my own")
    assert access.authenticator().verify("a key of my own")
    assert access.authenticator() is access.authenticator()
    monkeypatch.delenv("RECSYS_ADMIN_KEY")
    assert access.authenticator().verify(access.generate_key())
    assert not access.authenticator().verify("")
    assert len(access.generate_key()) >= 32


@pytest.mark.parametrize("weak", ["mine", "elevenchars", "aaaaaaaaaaaaaaaa", "abababababababab"])
def test_a_key_that_can_be_guessed_opens_nothing(weak, monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", weak)
    assert not access.authenticator().verify(weak)
    assert access.authenticator().verify(access.generate_key())
    assert "at least 12 characters" in str(access.key_problem(weak))
    assert access.key_problem(access.generate_key()) is None


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
    assert access.is_local(address, forwarded) is home


@pytest.mark.parametrize("action", access.OWNER_ONLY)
def test_a_forged_action_is_refused(action):
    access.require_owner(access.OWNER, action)
    for role in (access.VISITOR, "", "Owner", "admin"):
        with pytest.raises(NotAllowedError, match=action):
            access.require_owner(role, action)


def test_the_memory_of_a_training_is_a_number_or_not_set(monkeypatch):
    monkeypatch.delenv("RECSYS_MEMORY_MB", raising=False)
    assert memory_mb() is None
    monkeypatch.setenv("RECSYS_MEMORY_MB", "300")
    assert memory_mb() == 300
    for wrong in ("0", "-300", "3e2", "much", "٣٠٠", "9" * 5000):
        monkeypatch.setenv("RECSYS_MEMORY_MB", wrong)
        with pytest.raises(InputError, match="RECSYS_MEMORY_MB"):
            memory_mb()
