"""Ends requests whose body stops arriving, so that a stalled client does not hold a connection for ever."""

from __future__ import annotations

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STALLED_SECONDS = 30.0  # without a single byte; a slow upload keeps sending some


class BodyDeadline:
    """ASGI middleware: after a pause of `STALLED_SECONDS` within a body the client counts as disconnected."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        unfinished = True

        async def within_deadline() -> Message:
            nonlocal unfinished
            if not unfinished:  # the app now waits for the client to disconnect, which has no deadline
                return await receive()
            message: Message = {"type": "http.disconnect"}
            with anyio.move_on_after(STALLED_SECONDS):
                message = await receive()
            unfinished = message.get("more_body", False)
            return message

        await self.app(scope, within_deadline, send)
