"""Cost estimates: from the processor time of past trainings on this host, else as the project measured."""

from __future__ import annotations

import itertools
import json
import math

import pytest

from recsys.config import PRESET_NAMES, TrainingConfig
from recsys.registry import Registry
from recsys.registry.listing import listing
from recsys.training import pipeline
from recsys.training.cost_estimates import COSTS, Estimate, Reference, estimate, reference
from tests.conftest import TINY_SETTINGS

HOST = "x86_64, some processor, 2 cores"
RUN = {
    "version": "v1",
    "preset": "quick",
    "host": HOST,
    "seconds": 50.0,
    "phases": {"check": 2.0, "features": 20.0, "trees": 18.0, "save": 10.0},
    "processor_phases": {"check": 2.0, "features": 20.0, "trees": 18.0, "save": 10.0},
    "peak_own_mb": 400,
    "data": {"ratings": 100_000},
    "settings": TrainingConfig.of("quick").as_dict(),
}
CLOCK = reference("quick", 100_000).seconds / reference("quick", 100_000).processor_seconds
TRIAL_SECONDS = 60.0


def run(version: str, busy: float = 1.0, **values) -> dict:
    """The run on a busy host: so many times longer on the clock, a little more processor time."""
    factor = 1 + 0.05 * (busy - 1)
    phases = {name: seconds * factor for name, seconds in RUN["processor_phases"].items()}
    return {**RUN, "version": version, "seconds": 50.0 * busy, "processor_phases": phases, **values}


def estimated(past, config=None, preset="quick", ratings=100_000) -> Estimate:
    return estimate(config or TrainingConfig.of(preset), preset, ratings, past, HOST)


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_at_measured_sizes_it_is_the_measured_cost(preset):
    costs = json.loads(COSTS.read_text("utf-8"))[preset]
    for rows, *measured in zip(*costs.values(), strict=True):
        cost = reference(preset, rows)
        assert [cost.seconds, cost.processor_seconds, cost.megabytes] == pytest.approx(measured)


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_more_ratings_cost_more_beyond_the_measured_sizes_too(preset):
    costs: list[Reference] = [reference(preset, rows) for rows in (1, 1000, 50_000, 150_000, 500_000, 2_000_000, 10**7)]
    for smaller, larger in itertools.pairwise(costs):
        assert smaller.seconds < larger.seconds
        assert smaller.processor_seconds < larger.processor_seconds
        assert smaller.megabytes < larger.megabytes


def test_without_a_run_the_projects_measurements_count():
    cost = estimated([], ratings=99_120)
    assert (cost.seconds, cost.megabytes) == pytest.approx((19.3, 287))
    assert (cost.runs, cost.weighed) == ((), False)


def test_this_hosts_own_run_counts_more():
    cost = estimated([{"version": "broken"}, RUN])
    assert (cost.seconds, cost.megabytes) == pytest.approx((50 * CLOCK, 400))
    assert (cost.runs, cost.weighed) == (("v1",), True)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_slow_run_does_not_change_the_estimate_in_any_order(order):
    past = [run("slow", busy=40.0), run("v2"), run("v1")]
    cost = estimated([past[index] for index in order])
    assert cost.seconds == pytest.approx(50 * CLOCK)
    assert not cost.refusal(None, TRIAL_SECONDS)
    assert "may take up to" in cost.warning(None, TRIAL_SECONDS)


def test_a_host_that_was_busy_once_refuses_no_trial():
    """91 seconds on the clock instead of 23, with the processor time of a quiet host."""
    busy = {**RUN, "seconds": 91.0, "processor_phases": {"features": 12.0, "trees": 8.0, "save": 5.0}}
    for trees in (5, 25, 60):
        cost = estimated([busy], TrainingConfig.of("quick", trees=trees))
        assert not cost.refusal(400, TRIAL_SECONDS), cost
    assert "may take up to 91 seconds; it is stopped" in estimated([busy]).warning(400, TRIAL_SECONDS)


def test_of_two_runs_the_faster_one_counts():
    assert estimated([run("slow", busy=40.0), run("v1")]).seconds == pytest.approx(50 * CLOCK)


def test_only_recent_runs_count():
    assert estimated([*(run(f"v{n}") for n in range(9)), *[run("old", busy=99.0)] * 20]).slowest == pytest.approx(50)


@pytest.mark.parametrize("missing", ["host", "processor_phases", "seconds", "settings", "data"])
def test_an_incomplete_run_is_not_used_for_the_time(missing):
    """As the runs of older versions, which have neither host nor processor time."""
    older = {name: value for name, value in RUN.items() if name != missing} | {"seconds": 9100.0}
    if missing == "seconds":
        older["seconds"] = None
    cost = estimated([older])
    assert (cost.runs, cost.seconds) == ((), pytest.approx(estimated([]).seconds))


@pytest.mark.parametrize("amount", [math.nan, math.inf, -1.0, 0.0, "ten", None, [1]])
def test_a_value_that_is_no_amount_is_unknown(amount):
    assert estimated([{**RUN, "seconds": amount}]).runs == ()
    assert estimated([{**RUN, "processor_phases": {"trees": amount}}]).runs == ()
    assert not estimated([{**RUN, "peak_own_mb": amount}]).weighed


def test_a_run_with_unknown_settings_is_not_used():
    for settings in ({**RUN["settings"], "new": 1}, {**RUN["settings"], "boosting.trees": 0}, ["boosting.trees"]):
        assert estimated([{**RUN, "settings": settings}]).runs == ()


def test_another_hosts_run_is_used_for_the_memory_and_not_for_the_time():
    cost = estimated([{**RUN, "host": "arm64, another, 64 cores", "seconds": 1e5}])
    assert (cost.runs, cost.seconds) == ((), pytest.approx(estimated([]).seconds))
    assert (cost.megabytes, cost.weighed) == (pytest.approx(400), True)


def test_other_presets_runs_are_used_for_the_time_scaled_by_their_settings():
    """The time of the two presets differs by the work of their settings; the memory is as measured."""
    quick = {**RUN, "processor_phases": {"check": 1.0, "features": 9.0, "trees": 6.0, "save": 7.0}}
    cost = estimated([quick], preset="full")
    assert cost.runs_preset == "quick"
    clock = reference("full", 100_000).seconds / reference("full", 100_000).processor_seconds
    features, trees = 9 * (7 / 5) * (6 / 2), 6 * TrainingConfig().boosting.trees / 25
    assert cost.seconds == pytest.approx((1 + features + trees + 7) * clock)
    assert (cost.runs, cost.megabytes) == (("v1",), reference("full", 100_000).megabytes)


def test_runs_of_the_preset_count_before_others():
    others = [{**RUN, "preset": "full", "version": f"f{n}", "settings": TrainingConfig().as_dict()} for n in range(5)]
    assert estimated([*others, RUN]).runs == ("v1",)


def test_each_phase_grows_with_the_work_that_it_repeats():
    more_trees = estimated([RUN], TrainingConfig.of("quick", trees=2 * TrainingConfig.of("quick").boosting.trees))
    assert more_trees.seconds == pytest.approx((50 + 18) * CLOCK)
    more_iterations = estimated([RUN], TrainingConfig.of("quick", em_iterations=3))  # 1 + 3 in place of 1 + 1
    assert more_iterations.seconds == pytest.approx((50 + 20) * CLOCK)
    more_folds = estimated([RUN], TrainingConfig.of("quick", folds=8))  # 8 + 2 in place of 3 + 2
    assert more_folds.seconds == pytest.approx((50 + 20) * CLOCK)
    fewer_rows = estimated([RUN], TrainingConfig.of("quick", cold_start_fraction=0.0, test_fraction=0.2))
    assert fewer_rows.seconds == pytest.approx((12 + 38 / 1.4) * CLOCK)


def test_ten_times_the_ratings_on_a_slow_host():
    cost, before, after = estimated([RUN], ratings=10**6), *(reference("quick", rows) for rows in (10**5, 10**6))
    processor = 50 * after.processor_seconds / before.processor_seconds
    assert cost.seconds == pytest.approx(processor * after.seconds / after.processor_seconds)
    assert cost.megabytes == pytest.approx(400 + after.megabytes - before.megabytes)


def test_only_what_cannot_fit_is_refused():
    from_runs, measured = Estimate(100, 300, ("v1",), 100, True), Estimate(100, 300)
    assert (from_runs.refusal(300, 100), from_runs.warning(300, 100)) == ("", "")
    assert "about 100 seconds" in from_runs.refusal(None, 49)
    assert (from_runs.refusal(None, 51), "up to 100 seconds" in from_runs.warning(None, 51)) == ("", True)
    assert (measured.refusal(None, 26), "You can try" in measured.warning(None, 26)) == ("", True)
    assert measured.refusal(None, 24)
    assert "about 300 MB" in from_runs.refusal(299, 100)
    assert (measured.refusal(299, 100), "about 300 MB" in measured.warning(299, 100)) == ("", True)
    assert measured.refusal(200, 100)
    assert "about 2 minutes" in Estimate(120, 1, ("v1",)).refusal(None, 10)
    assert Estimate(10, 10**6).refusal(None, 60) == ""


def test_the_memory_of_older_versions_is_another_measure():
    old = {name: value for name, value in RUN.items() if name != "peak_own_mb"} | {"peak_mb": 4000}
    assert estimated([old]).megabytes == reference("quick", 100_000).megabytes


def test_a_training_stores_what_the_next_estimate_needs(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "load_dataset", lambda name, progress=None, scale=None: tiny)
    registry = Registry(tmp_path)
    version = pipeline.train_and_publish("tiny", "quick", registry=registry, **TINY_SETTINGS)
    cost = estimate(TrainingConfig.of("quick", **TINY_SETTINGS), "quick", len(tiny.ratings), listing(registry))
    assert cost.runs == (version,)
    assert 0 < cost.seconds < 60
