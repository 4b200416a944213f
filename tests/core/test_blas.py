"""The limit on linear algebra's threads holds in the process, whichever thread sets it and whoever held it before."""

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
BUSY = max(2, os.cpu_count() or 2)


def blas_threads() -> set[int]:
    """How many threads each BLAS library of this process would use now, seen from the calling thread."""
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def in_a_second_thread(work: Callable[[], object]) -> object:
    answers: list[object] = []
    thread = threading.Thread(target=lambda: answers.append(work()))
    thread.start()
    thread.join()
    return answers[0]


def limited() -> set[int]:
    limit_blas_threads()
    return blas_threads()


def test_a_second_thread_is_limited_while_the_first_holds_the_libraries():
    with threadpool_limits(limits=BUSY, user_api="blas"):
        assert in_a_second_thread(limited) == {1}
        assert blas_threads() == {1}, "it is a setting of the process"
    assert in_a_second_thread(limited) == {1}


def test_it_is_limited_again_after_other_code_has_raised_it():
    limit_blas_threads()
    in_a_second_thread(lambda: threadpool_limits(limits=BUSY, user_api="blas"))
    assert in_a_second_thread(limited) == {1}
    assert limited() == {1}


@pytest.mark.parametrize("verb", ["predict", "recommend", "explain", "recommend by popularity"])
def test_every_verb_limits_them_in_a_second_thread(tiny_model, verb):
    verbs = {
        "predict": lambda: tiny_model.predict(movie_ids=[11], history={1: 5, 2: 4}),
        "recommend": lambda: tiny_model.recommend(8),
        "explain": lambda: tiny_model.explain(8, movie_id=11),
        "recommend by popularity": lambda: tiny_model.recommend(8, ranker="popular", diversity=0.5),
    }
    with threadpool_limits(limits=BUSY, user_api="blas"):
        in_a_second_thread(verbs[verb])
        assert blas_threads() == {1}


def test_a_fresh_process_is_limited_by_whichever_thread_comes_first():
    script = (
        "import threading, recsys, numpy as np\n"
        "from recsys.core.blas import limit_blas_threads\n"
        "from threadpoolctl import threadpool_info\n"
        "for _ in range(2):\n"
        "    thread = threading.Thread(target=limit_blas_threads); thread.start(); thread.join()\n"
        "print({each['num_threads'] for each in threadpool_info() if each['user_api'] == 'blas'})\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    shown = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == "{1}"


def test_the_same_bits_in_a_second_thread():
    matrix = np.random.default_rng(0).normal(size=(300, 300)).astype(np.float32)

    def product() -> bytes:
        limit_blas_threads()
        return (matrix @ matrix).tobytes()

    with threadpool_limits(limits=BUSY, user_api="blas"):
        assert in_a_second_thread(product) == product()
