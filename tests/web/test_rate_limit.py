"""Requests over the limits are refused with the seconds to wait; a client within its rate never is."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from recsys.errors import InputError
from recsys.settings import request_rates
from recsys.web import rate_limit
from recsys.web.clients import client_name, client_of
from recsys.web.rate_limit import BURST_SECONDS, RateLimiter
from tests.api.test_api import FakeRecommender, application, assert_refused


def accepted(limiter: RateLimiter, client: str, requests: int) -> int:
    return sum(limiter.wait(client) == 0 for _ in range(requests))


def test_a_burst_is_answered_up_to_the_bucket_and_then_at_the_rate(clock):
    limiter = RateLimiter(10, 0, clock)
    assert accepted(limiter, "a", 400) == 10 * BURST_SECONDS
    assert limiter.wait("a") == pytest.approx(0.1)
    clock.now += 2.1
    assert accepted(limiter, "a", 400) == 21
    clock.now += 3600
    assert accepted(limiter, "a", 400) == 10 * BURST_SECONDS


def test_a_client_within_its_rate_is_never_refused_whatever_another_does(clock):
    limiter = RateLimiter(10, 50, clock)
    for _ in range(600):
        clock.now += 0.1
        assert limiter.wait("steady") == 0
        accepted(limiter, "flood", 40)


def test_all_clients_together_have_a_limit_too(clock):
    limiter = RateLimiter(10, 20, clock)
    assert sum(accepted(limiter, str(client), 10) for client in range(50)) == 20 * BURST_SECONDS
    assert limiter.wait("another") == pytest.approx(1 / 20)


def test_the_number_of_clients_remembered_is_bounded(clock, monkeypatch):
    monkeypatch.setattr(rate_limit, "CLIENTS_REMEMBERED", 3)
    limiter = RateLimiter(10, 0, clock)
    for client in range(9):
        limiter.wait(str(client))
    assert len(limiter._clients) == 3


def test_four_hundred_requests_at_once_get_429_with_the_seconds_to_wait():
    recommender = FakeRecommender()
    with TestClient(application(lambda: recommender, limiter=RateLimiter(10, 50))) as client:
        responses = [client.post("/predict", json={"user_id": 196, "movie_id": 242}) for _ in range(400)]
        refused = [response for response in responses if response.status_code == 429]
        assert 100 < len(refused) < 400
        assert_refused(refused[0], 429, "too_many_requests")
        assert refused[0].headers["retry-after"] == "1"
        assert "10 requests a second per client and 50" in refused[0].json()["error"]["problems"][0]["allowed"]
        assert {response.status_code for response in responses} == {200, 429}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_every_kind_of_request_counts(method):
    with TestClient(application(FakeRecommender, limiter=RateLimiter(0.2, 0))) as client:
        statuses = [client.request(method, "/api/similar").status_code for _ in range(3)]
    assert 429 not in statuses[:1]
    assert statuses[1:] == [429, 429]


@pytest.mark.parametrize(
    ("address", "forwarded", "trusted", "name"),
    [
        ("203.0.113.9", [], "", "203.0.113.9"),
        ("::ffff:203.0.113.9", [], "", "203.0.113.9"),
        ("2001:db8:1:2:3::4", [], "", "2001:db8:1:2::/64"),
        ("127.0.0.1", [], "", "this machine"),
        ("::1", [], "", "this machine"),
        ("testclient", [], "", "this machine"),
        (None, [], "", "this machine"),
        ("203.0.113.9", ["203.0.113.9"], "", "this machine"),  # the server took the address from the header
        ("203.0.113.9", ["198.51.100.1, 203.0.113.9:4711"], "", "this machine"),
        ("2001:db8::1", ["[2001:db8::1]:4711"], "", "this machine"),
        ("203.0.113.9", ["198.51.100.1"], "", "203.0.113.9"),  # came directly: the header is ignored
        ("203.0.113.9", ["203.0.113.9"], "127.0.0.1", "203.0.113.9"),
    ],
)
def test_a_client_cannot_choose_its_name(address, forwarded, trusted, name, monkeypatch):
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    assert client_name(address, forwarded) == name
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert client_of({"client": (address, 1) if address else None, "headers": headers}) == name


def test_the_rates_are_settings(monkeypatch):
    assert request_rates() == (10, 50)
    monkeypatch.setenv("RECSYS_CLIENT_RATE", "0")
    monkeypatch.setenv("RECSYS_TOTAL_RATE", "200")
    assert request_rates() == (0, 200)
    for wrong in ("-1", "1.5", "many", "9" * 99):
        monkeypatch.setenv("RECSYS_CLIENT_RATE", wrong)
        with pytest.raises(InputError, match="RECSYS_CLIENT_RATE"):
            request_rates()
