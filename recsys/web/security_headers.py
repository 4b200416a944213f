"""Security headers for browsers, on pages, routes, files and errors alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What Streamlit's front end needs, and nothing else. Its page has one inline script, allowed by hash; styles are made
# at run time; Plotly and components make images, workers and frames of blobs; small images and fonts are data.
DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}


def security_headers(frame_ancestors: str, script_hashes: Sequence[str]) -> dict[str, str]:
    """The headers by name.

    Parameters
    ----------
    frame_ancestors
        The sites that may show the app in a frame, in the syntax of Content-Security-Policy.
    script_hashes
        sha256 in base64 of the inline scripts of Streamlit's page.
    """
    scripts = " ".join([DIRECTIVES["script-src"], *(f"'sha256-{sha256}'" for sha256 in script_hashes)])
    policy = {**DIRECTIVES, "script-src": scripts, "frame-ancestors": frame_ancestors}
    headers = {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }
    if frame_ancestors in ("'self'", "'none'"):  # the older header cannot name other sites
        headers["X-Frame-Options"] = "SAMEORIGIN" if frame_ancestors == "'self'" else "DENY"
    return headers


class SecurityHeaders:
    """ASGI middleware that sets the headers on every response, replacing those of the app."""

    def __init__(self, app: ASGIApp, headers: Mapping[str, str]) -> None:
        self.app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        try:
            await self.app(scope, receive, with_headers)
        except Exception:  # the outer middleware would answer without the headers; it still logs the error
            if not started and scope["type"] == "http":
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, with_headers)
            raise
