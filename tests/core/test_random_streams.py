"""Random streams: named once, independent of one another, and of the seed where they are fixed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from recsys.core.keyed_random import Stream, draw
from recsys.settings import REPOSITORY

IDS = np.arange(4000)


def test_every_stream_is_drawn_from_by_somebody():
    used = set()
    for file in (REPOSITORY / "recsys").rglob("*.py"):
        used |= set(re.findall(r"Stream\.([A-Z_]+)", file.read_text("utf-8")))
    assert used == {stream.name for stream in Stream}


def test_nobody_in_the_package_draws_without_a_stream():
    files = [file for file in (REPOSITORY / "recsys").rglob("*.py") if file.name != "keyed_random.py"]
    assert [
        str(file) for file in files if re.search(r"\buniform\(|np\.random|default_rng", file.read_text("utf-8"))
    ] == []


def test_no_two_streams_have_the_same_numbers():
    numbers = {stream: draw(stream, IDS, IDS % 7, seed=3) for stream in Stream}
    for stream, values in numbers.items():
        others = [each for other, each in numbers.items() if other is not stream]
        assert all(abs(np.corrcoef(values, each)[0, 1]) < 0.06 for each in others)


@pytest.mark.parametrize("stream", Stream)
def test_a_seed_changes_seeded_streams_alone(stream):
    same = np.array_equal(draw(stream, IDS, seed=1), draw(stream, IDS, seed=2))
    assert same == (stream.value[0] == "fixed")
