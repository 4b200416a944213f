"""What is handed to the web server besides the pages: routes, middleware, and what it does while it runs."""

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

OPEN_FILES = 8192  # a connection is one; a shell's usual 1,024 are used up by a thousand strangers
log = logging.getLogger(__name__)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def routes() -> list[BaseRoute]:
    """The JSON routes, where Streamlit's own are: under `server.baseUrlPath`."""
    limiter = RateLimiter(*settings.request_rates())
    return api.routes(model_cache.get_recommender, st.get_option("server.baseUrlPath"), limiter)


def middleware() -> list[Middleware]:
    """What every request passes."""
    headers = security_headers(settings.frame_ancestors(), inline_scripts())
    return [Middleware(SecurityHeaders, headers=headers), Middleware(BodyDeadline)]


@contextlib.asynccontextmanager
async def running(_: st.App) -> AsyncIterator[None]:
    """Prepare in a thread of its own: the server answers at once, and no browser is needed to begin."""
    threading.Thread(target=model_cache.warm, name="warm-start", daemon=True).start()
    tasks = _guards()
    yield
    for task in tasks:
        task.cancel()


def _guards() -> list[asyncio.Task[None]]:
    """Look after connections, where the server is one that lets us."""
    quieten()
    descriptors = raise_open_files(OPEN_FILES)
    server = running_server()
    if server is None:
        log.info("Connections are left to this server and to what stands before it.")
        return []
    limit_connections(server, descriptors)
    return [asyncio.create_task(guard(server, descriptors), name="waiting-connections")]


def inline_scripts() -> list[str]:
    """sha256 in base64 of each script inside the page that this version of Streamlit sends."""
    page = Path(st.__file__).with_name("static").joinpath("index.html").read_text("utf-8")
    return [base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in _SCRIPT.findall(page)]
