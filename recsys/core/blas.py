"""One thread for linear algebra: the same bits everywhere, and small matrices many times faster on a busy host.

How many threads a BLAS library uses is a setting of the process (of each thread, where it is built on OpenMP). So it is
never set for a while and reset: whichever thread computes first sets it, and it stays.
"""

from __future__ import annotations

from functools import cache

import scipy.linalg  # noqa: F401 - loaded before the libraries with threads are counted
from threadpoolctl import LibController, ThreadpoolController


def limit_blas_threads() -> None:
    """Limit numpy's and scipy's linear algebra to one thread, in this process from now on.

    Cheap enough to be called before every computation (about a microsecond a library): it asks each library, so it
    also works after other code has raised the number again. A thread that controls the libraries through threadpoolctl
    (since its release 3.8 one thread owns OpenBLAS until it leaves its context) loses that control.
    """
    for library in _blas_libraries():
        if library.num_threads not in (1, None):
            if hasattr(library, "clear_controlling_thread"):
                library.clear_controlling_thread(force=True)  # pyright: ignore[reportAttributeAccessIssue] - 3.8 only
            library.set_num_threads(1)


@cache
def _blas_libraries() -> tuple[LibController, ...]:
    return tuple(ThreadpoolController().select(user_api="blas").lib_controllers)
