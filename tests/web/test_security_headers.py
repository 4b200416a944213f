"""The security headers are on every response of the real application."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from recsys.errors import InputError
from recsys.settings import frame_ancestors
from recsys.ui.common import front_door
from recsys.web.security_headers import SecurityHeaders, security_headers


def test_an_internal_error_has_the_headers_too():
    async def broken(request):
        raise RuntimeError("unexpected")

    async def framed(request):
        return PlainTextResponse("x", headers={"X-Frame-Options": "ALLOWALL", "X-Own": "1"})

    headers = security_headers("'self'", ["abc="])
    routes = [Route("/broken", broken), Route("/framed", framed)]
    application = Starlette(routes=routes, middleware=[Middleware(SecurityHeaders, headers=headers)])
    with TestClient(application, raise_server_exceptions=False) as client:
        for path, status in (("/broken", 500), ("/framed", 200), ("/nowhere", 404)):
            response = client.get(path)
            assert response.status_code == status
            assert {name: response.headers[name] for name in headers} == headers
        assert client.get("/framed").headers["X-Own"] == "1"
    assert "script-src 'self' 'wasm-unsafe-eval' blob: 'sha256-abc='; " in headers["Content-Security-Policy"]


def test_the_inline_script_of_streamlits_page_has_a_hash():
    assert front_door.inline_scripts()
    assert all(len(sha256) == 44 for sha256 in front_door.inline_scripts())


@pytest.mark.parametrize(
    ("setting", "older"),
    [("", "SAMEORIGIN"), ("'none'", "DENY"), ("'self' https://*.example.org http://localhost:8080", None)],
)
def test_the_frame_ancestors_are_a_setting(setting, older, monkeypatch):
    monkeypatch.setenv("RECSYS_FRAME_ANCESTORS", setting)
    headers = security_headers(frame_ancestors(), [])
    assert headers["Content-Security-Policy"].endswith(f"frame-ancestors {setting or chr(39) + 'self' + chr(39)}")
    assert headers.get("X-Frame-Options") == older


@pytest.mark.parametrize("wrong", ["*", "self", "https://a; script-src *", "https://a\nX: y", "javascript:x"])
def test_a_wrong_setting_is_refused_with_a_message(wrong, monkeypatch):
    monkeypatch.setenv("RECSYS_FRAME_ANCESTORS", wrong)
    with pytest.raises(InputError, match="RECSYS_FRAME_ANCESTORS"):
        frame_ancestors()
