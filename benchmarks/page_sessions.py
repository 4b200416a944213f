"""Visitors without browsers: sessions over the app's websocket protocol, and the app's processor time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

TIMEOUT = 120.0  # seconds of one run
_SUCCESS = ForwardMsg.FINISHED_SUCCESSFULLY
_COMPILE_ERROR = ForwardMsg.FINISHED_WITH_COMPILE_ERROR


class CountingConnection(ClientConnection):
    """A connection that counts the bytes received on the wire, which the server may have compressed."""

    received = 0

    def data_received(self, data: bytes) -> None:
        """Count and pass on what the socket received."""
        self.received += len(data)
        super().data_received(data)


class PageSession:
    """One visitor: an open page, its address, and its widgets by key."""

    def __init__(self, connection: CountingConnection, url: str, page: str) -> None:
        self._connection, self._url, self._page = connection, url, page
        self._page_hash = ""
        self.query = ""
        self.widgets: dict[str, str] = {}  # key to id
        self.texts: list[str] = []  # of the last run
        self._cached_hashes: set[str] = set()  # of long messages, which a browser caches and the server sends only once

    @property
    def received(self) -> int:
        """Bytes received on the wire so far."""
        return self._connection.received

    async def open(self, **query: object) -> float:
        """The first run of the page with these query parameters; returns its seconds."""
        self.query = urlencode(query)
        return await self._run(ClientState(page_name=self._page))

    async def change(self, key: str, text: str) -> float:
        """The run after a change of one text-valued widget; returns its seconds."""
        state = ClientState(page_script_hash=self._page_hash)
        state.widget_states.widgets.add(id=self.widgets[key], string_value=text)
        return await self._run(state)

    async def rerun(self) -> float:
        """Another run of the unchanged page; returns its seconds."""
        return await self._run(ClientState(page_script_hash=self._page_hash))

    async def _run(self, state: ClientState) -> float:
        state.query_string = self.query
        state.context_info.url = f"{self._url}/{self._page}"
        state.context_info.timezone = "UTC"
        state.cached_message_hashes.extend(self._cached_hashes)
        self.texts = []
        began = time.perf_counter()
        await self._connection.send(BackMsg(rerun_script=state).SerializeToString())
        async with asyncio.timeout(TIMEOUT):
            while not self._read(await self._connection.recv()):
                pass
        return time.perf_counter() - began

    def _read(self, data: str | bytes) -> bool:
        """Process one message; True if it ends the run."""
        message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
        kind = message.WhichOneof("type")
        if message.metadata.cacheable:
            self._cached_hashes.add(message.hash)
        if kind == "navigation":
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._register(message.delta.new_element)
        elif kind == "script_finished" and message.script_finished == _COMPILE_ERROR:
            raise SystemExit(f"/{self._page}?{self.query} does not compile.")
        return kind == "script_finished" and message.script_finished == _SUCCESS

    def _register(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception" or (kind == "alert" and "Something went wrong" in element.alert.title):
            raise SystemExit(f"/{self._page}?{self.query} failed: {element}")
        if kind in ("text", "markdown"):
            self.texts.append(getattr(element, kind).body)
        widget = getattr(getattr(element, kind), "id", "") if kind else ""
        if widget.startswith("$$ID-"):
            self.widgets[widget.split("-", 2)[2]] = widget


@contextlib.asynccontextmanager
async def visiting(url: str, page: str) -> AsyncIterator[PageSession]:
    """A session on a page of the app at `url`, closed at the end of the block."""
    stream = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    async with connect(
        stream,
        create_connection=CountingConnection,
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=TIMEOUT,
        ping_interval=None,
        proxy=None,
    ) as connection:
        assert isinstance(connection, CountingConnection)  # not every release of websockets says so in its types
        yield PageSession(connection, url, page)


def processor_seconds(process: int) -> float:
    """Processor seconds of another process so far, all its threads together. Linux only."""
    return time.clock_gettime((~process << 3) | 2)  # the clock id of clock_getcpuclockid(3)
