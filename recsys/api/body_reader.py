"""Takes a request's body in: announced type, size and time are bounded, whatever the client does."""

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
TYPE = "application/json"


class BodyReader:
    """The body of one request, read at most once."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._headers: list[tuple[bytes, bytes]] = list(scope["headers"])
        self._receive = receive
        self._open = True

    async def read(self) -> bytes:
        """The whole body; raises `HttpError` (408, 413, 415, or 400 when the client left)."""
        self._check_type()
        self._check_encoding()
        self._check_announced_size()
        with anyio.move_on_after(READ_SECONDS):
            return await self._collect()
        self._open = False
        allowed = f"the whole body within {READ_SECONDS:g} seconds"
        raise HttpError("too_slow", Problem("body", "an unfinished body", allowed, "Send the body at once."))

    async def drain(self) -> None:
        """Take in what the client is still sending, within limits, and forget it.

        Closing a connection with unread bytes resets it, and the client may then never see our answer.
        A client that waits for `100 Continue` has sent nothing yet and is not asked to.
        """
        if self._values(b"expect"):
            return
        taken = 0
        with anyio.move_on_after(DRAIN_SECONDS):
            while self._open and taken <= DRAIN_BYTES:
                taken += len(await self._part())

    async def _collect(self) -> bytes:
        taken = bytearray()
        while self._open:
            taken += await self._part()
            if len(taken) > MAX_BYTES:
                raise _too_large(f"more than {MAX_BYTES} bytes")
        return bytes(taken)

    async def _part(self) -> bytes:
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
        given = self._values(b"content-type")
        if len(given) == 1 and _is_json(given[0]):
            return
        raise _unsupported("Content-Type", given, TYPE, {"Accept-Post": TYPE})

    def _check_encoding(self) -> None:
        given = self._values(b"content-encoding")
        if all(value.strip().lower() in ("", "identity") for value in given):
            return
        raise _unsupported("Content-Encoding", given, "identity", {"Accept-Encoding": "identity"})

    def _check_announced_size(self) -> None:
        for value in self._values(b"content-length"):
            if value.isascii() and value.isdigit() and (len(value) > 10 or int(value) > MAX_BYTES):
                raise _too_large(f"a body of {shown(value)[1:-1]} bytes")


def _is_json(value: str) -> bool:
    kind, *parameters = (part.strip().lower() for part in value.split(";"))
    return kind == TYPE and all(part in ("charset=utf-8", 'charset="utf-8"') for part in parameters)


def _unsupported(name: str, given: Iterable[str], allowed: str, headers: dict[str, str]) -> HttpError:
    received = shown(", ".join(given)) if given else "nothing"
    return HttpError("unsupported_media_type", Problem(name, received, allowed, f"Set {name}: {allowed}."), headers)


def _too_large(received: str) -> HttpError:
    return HttpError("too_large", Problem("body", received, f"at most {MAX_BYTES} bytes", "Send fewer ratings."))
