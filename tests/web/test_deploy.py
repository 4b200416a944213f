"""The files of the reverse proxy agree with each other and with the README."""

from __future__ import annotations

import re

from recsys.settings import REPOSITORY

NGINX = (REPOSITORY / "deploy" / "nginx.conf").read_text("utf-8")
COMPOSE = (REPOSITORY / "deploy" / "compose.yml").read_text("utf-8")


def directive(name: str) -> str:
    """The value of a directive that occurs once in nginx' configuration."""
    (value,) = re.findall(rf"^\s*{name}\s+(.+?);", NGINX, re.MULTILINE)
    return value


def test_idle_clients_end_at_the_proxy():
    assert directive("client_header_timeout") == "10s"
    assert directive("client_body_timeout") == "30s"
    assert int(directive("worker_connections")) * 2 <= int(directive("worker_rlimit_nofile"))


def test_websockets_are_proxied_and_clients_cannot_choose_their_address():
    assert "Upgrade $http_upgrade;" in NGINX
    assert "Connection $connection_wanted;" in NGINX
    assert "X-Forwarded-For $remote_addr;" in NGINX
    assert "$proxy_add_x_forwarded_for" not in NGINX


def test_only_the_proxy_is_exposed_and_trusted():
    app, proxy = COMPOSE.split("  proxy:\n")
    (trusted,) = re.findall(r"FORWARDED_ALLOW_IPS: (\S+)", app)
    assert f"ipv4_address: {trusted}" in proxy
    assert "ports:" not in app
    (port,) = re.findall(r'ports: \["\d+:(\d+)"\]', proxy)
    assert f"listen {port} " in NGINX
    assert 'expose: ["8501"]' in app
    assert directive("proxy_pass") == "http://app:8501"
