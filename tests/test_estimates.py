"""What a training will cost: by this host's own past trainings, else by the project's measurements."""

from __future__ import annotations

import itertools
import json

import pytest

from recsys.estimates import COSTS, Estimate, estimate, measured
from recsys.recipe import PRESET_NAMES, Recipe

PAST = {
    "version": "v1",
    "preset": "quick",
    "seconds": 50.0,
    "phases": {"check": 2.0, "features": 20.0, "trees": 18.0, "save": 10.0},
    "peak_own_mb": 400,
    "data": {"ratings": 100_000},
    "settings": Recipe.of("quick").as_dict(),
}


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_where_it_was_measured_it_is_what_was_measured(preset):
    told = json.loads(COSTS.read_text("utf-8"))[preset]
    for rows, seconds, megabytes in zip(told["ratings"], told["seconds"], told["megabytes"], strict=True):
        assert measured(preset, rows).seconds == pytest.approx(seconds)
        assert measured(preset, rows).megabytes == pytest.approx(megabytes)


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_more_ratings_cost_more_beyond_what_was_measured_too(preset):
    costs = [measured(preset, rows) for rows in (1, 1000, 50_000, 150_000, 500_000, 2_000_000, 25_000_000)]
    assert all(one.seconds < other.seconds for one, other in itertools.pairwise(costs))
    assert all(one.megabytes < other.megabytes for one, other in itertools.pairwise(costs))


def test_without_a_past_the_measurements_count_and_say_so():
    found = estimate(Recipe.of("quick"), "quick", 99_120)
    assert (found.seconds, found.by) == (pytest.approx(measured("quick", 99_120).seconds), "")


def test_this_hosts_own_training_counts_more():
    found = estimate(Recipe.of("quick"), "quick", 100_000, [{"version": "broken"}, PAST])
    assert (found.seconds, found.megabytes, found.by) == (pytest.approx(50), pytest.approx(400), "v1")


def test_another_presets_training_says_nothing():
    assert estimate(Recipe(), "full", 100_000, [PAST]).by == ""


def test_each_phase_grows_with_what_it_repeats():
    more_trees = estimate(Recipe.of("quick", trees=2 * Recipe.of("quick").trees), "quick", 100_000, [PAST])
    assert more_trees.seconds == pytest.approx(50 + 18)
    more_sweeps = estimate(Recipe.of("quick", sweeps=3), "quick", 100_000, [PAST])  # 1 + 3 in place of 1 + 1
    assert more_sweeps.seconds == pytest.approx(50 + 20)


def test_ten_times_the_ratings_on_a_slow_host():
    found, before, after = (
        estimate(Recipe.of("quick"), "quick", 10**6, [PAST]),
        *(measured("quick", rows) for rows in (10**5, 10**6)),
    )
    assert found.seconds == pytest.approx(50 * after.seconds / before.seconds)
    assert found.megabytes == pytest.approx(400 + after.megabytes - before.megabytes)


def test_over_the_budget_is_said_in_words():
    assert Estimate(10, 300).over(300, 60) == ""
    assert "about 301 MB" in Estimate(10, 301).over(300, 60)
    assert "about 2 minutes" in Estimate(120, 1).over(None, 60)
    assert Estimate(10, 10**6).over(None, 60) == ""


def test_what_older_versions_say_of_their_memory_is_another_measure():
    old = {name: value for name, value in PAST.items() if name != "peak_own_mb"} | {"peak_mb": 4000}
    assert estimate(Recipe.of("quick"), "quick", 100_000, [old]).megabytes == measured("quick", 100_000).megabytes
