"""One thread for linear algebra: the same bits everywhere, and small matrices many times faster on a busy host."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import scipy.linalg  # noqa: F401 - loaded before the libraries with threads are counted
from threadpoolctl import ThreadpoolController

_guard = threading.Lock()
_inside: list[object] = []


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Keep numpy's and scipy's linear algebra to one thread until the last of all threads inside has left."""
    with _guard:
        if not _inside:
            _inside.append(_controller().limit(limits=1))
        _inside.append(None)
    try:
        yield
    finally:
        with _guard:
            _inside.pop()
            if len(_inside) == 1:
                _inside.pop().restore_original_limits()


@cache
def _controller() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")
