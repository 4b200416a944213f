"""Reads a request's body within limits of type, size and time."""

from __future__ import annotations

from collections.abc import Iterable

import anyio
from starlette.types import Receive, Scope

from recsys.api.http_errors import HttpError
from recsys.errors import Problem, shown

MAX_BYTES = 16 * 1024
READ_SECONDS = 5.0
DRAIN_BYTES = 1024 * 1024
DRAIN_SECONDS = 1.0
MEDIA_TYPE = "application/json"


class BodyReader:
    """The body of one request, read at most once."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        self._receive = receive
        self._open = True

    async def read(self) -> bytes:
        """The complete body; raises `HttpError` (408, 413, 415, or 400 if the client disconnected)."""
        self._check_type()
        self._check_encoding()
        self._check_announced_size()
        with anyio.move_on_after(READ_SECONDS):
            return await self._collect()
        self._open = False
        allowed = f"the whole body within {READ_SECONDS:g} seconds"
        raise HttpError("too_slow", Problem("body", "an unfinished body", allowed, "Send the body at once."))

    async def drain(self) -> None:
        """Read and discard what the client is still sending, within limits.

        Closing a connection with unread bytes resets it, and the client may then never see the response.
        A client that waits for `100 Continue` has sent no body yet, so there is nothing to read.
        """
        if self._values(b"expect"):
            return
        discarded = 0
        with anyio.move_on_after(DRAIN_SECONDS):
            while self._open and discarded <= DRAIN_BYTES:
                discarded += len(await self._chunk())

    async def _collect(self) -> bytes:
        body = bytearray()
        while self._open:
            body += await self._chunk()
            if len(body) > MAX_BYTES:
                raise _too_large(f"more than {MAX_BYTES} bytes")
        return bytes(body)

    async def _chunk(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._open = False
            problem = Problem("body", "the beginning of a body", "a whole body", "Send the body again.")
            raise HttpError("not_json", problem)
        self._open = message.get("more_body", False)
        return message.get("body", b"")

    def _values(self, name: bytes) -> list[str]:
        return [value.decode("latin-1") for key, value in self._headers if key.lower() == name]

    def _check_type(self) -> None:
        types = self._values(b"content-type")
        if len(types) == 1 and _is_json(types[0]):
            return
        raise _unsupported("Content-Type", types, MEDIA_TYPE, {"Accept-Post": MEDIA_TYPE})

    def _check_encoding(self) -> None:
        encodings = self._values(b"content-encoding")
        if all(encoding.strip().lower() in ("", "identity") for encoding in encodings):
            return
        raise _unsupported("Content-Encoding", encodings, "identity", {"Accept-Encoding": "identity"})

    def _check_announced_size(self) -> None:
        for value in self._values(b"content-length"):
            if value.isascii() and value.isdigit() and (len(value) > 10 or int(value) > MAX_BYTES):
                raise _too_large(f"a body of {shown(value)[1:-1]} bytes")


def _is_json(value: str) -> bool:
    media_type, *parameters = (item.strip().lower() for item in value.split(";"))
    return media_type == MEDIA_TYPE and all(item in ("charset=utf-8", 'charset="utf-8"') for item in parameters)


def _unsupported(name: str, values: Iterable[str], allowed: str, headers: dict[str, str]) -> HttpError:
    received = shown(", ".join(values)) if values else "nothing"
    return HttpError("unsupported_media_type", Problem(name, received, allowed, f"Set {name}: {allowed}."), headers)


def _too_large(received: str) -> HttpError:
    return HttpError("too_large", Problem("body", received, f"at most {MAX_BYTES} bytes", "Send fewer ratings."))
