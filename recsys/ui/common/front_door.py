"""Web server setup besides the pages: routes, middleware, and background tasks."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import logging
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from recsys import api, settings
from recsys.core.process import raise_open_files
from recsys.ui.common import model_cache
from recsys.web.body_deadline import BodyDeadline
from recsys.web.connections import guard, limit_connections, running_server
from recsys.web.quiet_log import quieten
from recsys.web.rate_limit import RateLimiter
from recsys.web.security_headers import SecurityHeaders, security_headers

OPEN_FILES = 8192  # each connection needs one; a thousand connections use up a shell's usual 1,024
log = logging.getLogger(__name__)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def routes() -> list[BaseRoute]:
    """The JSON routes, below `server.baseUrlPath` like Streamlit's own."""
    limiter = RateLimiter(*settings.request_rates())
    return api.routes(model_cache.get_recommender, st.get_option("server.baseUrlPath"), limiter)


def middleware() -> list[Middleware]:
    """The middleware that every request passes through."""
    headers = security_headers(settings.frame_ancestors(), inline_scripts())
    return [Middleware(SecurityHeaders, headers=headers), Middleware(BodyDeadline)]


@contextlib.asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Start the warm-up in its own thread: the server answers at once, and no browser is needed to begin."""
    threading.Thread(target=model_cache.warm, name="warm-start", daemon=True).start()
    tasks = _connection_tasks()
    yield
    for task in tasks:
        task.cancel()


def _connection_tasks() -> list[asyncio.Task[None]]:
    """Tasks that limit connections, if the server supports it."""
    quieten()
    descriptors = raise_open_files(OPEN_FILES)
    server = running_server()
    if server is None:
        log.info("Connections are left to this server and to what stands before it.")
        return []
    limit_connections(server, descriptors)
    return [asyncio.create_task(guard(server, descriptors), name="waiting-connections")]


def inline_scripts() -> list[str]:
    """Base64 sha256 of each inline script in the page that this version of Streamlit sends."""
    page = Path(st.__file__).with_name("static").joinpath("index.html").read_text("utf-8")
    return [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in _SCRIPT.findall(page)]
