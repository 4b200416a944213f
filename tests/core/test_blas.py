"""The limit of BLAS threads applies to the process, whichever thread sets it and controlled the libraries before."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from recsys.core.blas import limit_blas_threads

REPOSITORY = Path(__file__).resolve().parents[2]
MANY_THREADS = max(2, os.cpu_count() or 2)


def blas_threads() -> set[int]:
    """The number of threads of each BLAS library, seen from the calling thread."""
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def in_second_thread(function: Callable[[], object]) -> object:
    results: list[object] = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    thread.join()
    return results[0]


def limit_and_count() -> set[int]:
    limit_blas_threads()
    return blas_threads()


def test_a_second_thread_is_limited_while_the_first_controls_the_libraries():
    with threadpool_limits(limits=MANY_THREADS, user_api="blas"):
        assert in_second_thread(limit_and_count) == {1}
        assert blas_threads() == {1}, "it is a setting of the process"
    assert in_second_thread(limit_and_count) == {1}


def test_threads_are_limited_again_after_other_code_raised_the_limit():
    limit_blas_threads()
    in_second_thread(lambda: threadpool_limits(limits=MANY_THREADS, user_api="blas"))
    assert in_second_thread(limit_and_count) == {1}
    assert limit_and_count() == {1}


@pytest.mark.parametrize("verb", ["predict", "recommend", "explain", "recommend by popularity"])
def test_every_verb_limits_blas_threads_in_a_second_thread(tiny_model, verb):
    verbs = {
        "predict": lambda: tiny_model.predict(movie_ids=[11], history={1: 5, 2: 4}),
        "recommend": lambda: tiny_model.recommend(8),
        "explain": lambda: tiny_model.explain(8, movie_id=11),
        "recommend by popularity": lambda: tiny_model.recommend(8, ranker="popular", diversity=0.5),
    }
    with threadpool_limits(limits=MANY_THREADS, user_api="blas"):
        in_second_thread(verbs[verb])
        assert blas_threads() == {1}


def test_the_first_thread_of_a_new_process_limits_all():
    script = (
        "import threading, recsys, numpy as np\n"
        "from recsys.core.blas import limit_blas_threads\n"
        "from threadpoolctl import threadpool_info\n"
        "for _ in range(2):\n"
        "    thread = threading.Thread(target=limit_blas_threads); thread.start(); thread.join()\n"
        "print({each['num_threads'] for each in threadpool_info() if each['user_api'] == 'blas'})\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    completed = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    assert completed.stdout.strip() == "{1}"


def test_results_are_the_same_bits_in_a_second_thread():
    matrix = np.random.default_rng(0).normal(size=(300, 300)).astype(np.float32)

    def product() -> bytes:
        limit_blas_threads()
        return (matrix @ matrix).tobytes()

    with threadpool_limits(limits=MANY_THREADS, user_api="blas"):
        assert in_second_thread(product) == product()
