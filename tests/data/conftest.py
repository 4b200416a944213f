"""Small frames, a folder in the MovieLens layout, and real local servers."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from data_samples import ITEMS, RATINGS, USERS, Behaviour

from recsys.data import Dataset, load_dataset


@pytest.fixture
def ratings() -> pd.DataFrame:
    """Six usable ratings by three users of three movies."""
    return pd.DataFrame(
        {
            "user_id": [1, 1, 2, 2, 3, 3],
            "movie_id": [10, 20, 10, 30, 20, 30],
            "rating": [5, 3, 4, 1, 2, 5],
            "timestamp": [900_000_000 + second for second in range(6)],
        }
    )


@pytest.fixture
def movies() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "movie_id": [10, 20, 30],
            "title": ["First (1990)", "Second (1991)", "Third"],
            "release_date": ["1990-05-01", "", "31-Dec-1997"],
            "genres": ["Drama|War", "", "Comedy"],
        }
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in the ML-100K layout, titles in latin-1."""
    dataset_folder = tmp_path / "mine"
    dataset_folder.mkdir()
    (dataset_folder / "u.data").write_bytes(RATINGS.encode())
    (dataset_folder / "u.item").write_bytes(ITEMS.encode("latin-1"))
    (dataset_folder / "u.user").write_bytes(USERS.encode())
    return dataset_folder


@pytest.fixture(scope="session")
def ml100k() -> Dataset:
    """MovieLens 100K from the real sources."""
    return load_dataset("ml-100k")


@pytest.fixture
def serve() -> Iterator[Callable[[Behaviour], str]]:
    """Starts a real server with a behaviour on a free port; returns its address."""
    with contextlib.ExitStack() as stack:

        def start(behaviour: Behaviour) -> str:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=_accept, args=(listener, behaviour), daemon=True).start()
            return f"http://127.0.0.1:{listener.getsockname()[1]}"

        yield start


def _accept(listener: socket.socket, behaviour: Behaviour) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=_handle, args=(connection, behaviour), daemon=True).start()


def _handle(connection: socket.socket, behaviour: Behaviour) -> None:
    with connection, contextlib.suppress(OSError):
        connection.recv(65536)
        behaviour(connection)


@pytest.fixture
def closed_address() -> str:
    """An address of this machine without a server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
