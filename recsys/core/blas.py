"""One thread for linear algebra: the same bits everywhere, and small matrices many times faster on a busy host.

How many threads a BLAS library uses is a setting of the process (of each thread, where it is built on OpenMP). So it is
never lent and given back: whichever thread computes first sets it, and it stays.
"""

from __future__ import annotations

from functools import cache

import scipy.linalg  # noqa: F401 - loaded before the libraries with threads are counted
from threadpoolctl import LibController, ThreadpoolController


def limit_blas_threads() -> None:
    """Keep numpy's and scipy's linear algebra to one thread, in this process from now on.

    Cheap enough to be called before every computation (about a microsecond a library): it asks each library, so it
    also holds after other code has raised the number again. Whoever holds the libraries for a while through
    threadpoolctl (since its release 3.8 one thread owns OpenBLAS until it leaves its context) loses them.
    """
    for library in _blas_libraries():
        if library.num_threads not in (1, None):
            if hasattr(library, "clear_controlling_thread"):
                library.clear_controlling_thread(force=True)
            library.set_num_threads(1)


@cache
def _blas_libraries() -> tuple[LibController, ...]:
    return tuple(ThreadpoolController().select(user_api="blas").lib_controllers)
