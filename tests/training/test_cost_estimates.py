"""What a training will cost: by the processor time of this host's own past trainings, else as the project measured."""

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
    """The run as it would have gone on a busy host: so much longer on the clock, a little more work."""
    more = 1 + 0.05 * (busy - 1)
    phases = {name: spent * more for name, spent in RUN["processor_phases"].items()}
    return {**RUN, "version": version, "seconds": 50.0 * busy, "processor_phases": phases, **values}


def expected(past, config=None, preset="quick", ratings=100_000) -> Estimate:
    return estimate(config or TrainingConfig.of(preset), preset, ratings, past, HOST)


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_where_it_was_measured_it_is_what_was_measured(preset):
    costs = json.loads(COSTS.read_text("utf-8"))[preset]
    for rows, *measured in zip(*costs.values(), strict=True):
        found = reference(preset, rows)
        assert [found.seconds, found.processor_seconds, found.megabytes] == pytest.approx(measured)


@pytest.mark.parametrize("preset", PRESET_NAMES)
def test_more_ratings_cost_more_beyond_what_was_measured_too(preset):
    costs: list[Reference] = [reference(preset, rows) for rows in (1, 1000, 50_000, 150_000, 500_000, 2_000_000, 10**7)]
    for one, other in itertools.pairwise(costs):
        assert one.seconds < other.seconds
        assert one.processor_seconds < other.processor_seconds
        assert one.megabytes < other.megabytes


def test_without_a_run_the_projects_measurements_count():
    found = expected([], ratings=99_120)
    assert (found.seconds, found.megabytes) == pytest.approx((19.3, 287))
    assert (found.runs, found.weighed) == ((), False)


def test_this_hosts_own_run_counts_more():
    found = expected([{"version": "broken"}, RUN])
    assert (found.seconds, found.megabytes) == pytest.approx((50 * CLOCK, 400))
    assert (found.runs, found.weighed) == (("v1",), True)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_one_slow_run_changes_nothing_wherever_it_stands(order):
    past = [run("slow", busy=40.0), run("v2"), run("v1")]
    found = expected([past[place] for place in order])
    assert found.seconds == pytest.approx(50 * CLOCK)
    assert not found.refusal(None, TRIAL_SECONDS)
    assert "may take up to" in found.warning(None, TRIAL_SECONDS)


def test_a_host_that_was_busy_once_refuses_no_trial():
    """91 seconds on the clock instead of 23, with the processor time of a quiet host."""
    busy = {**RUN, "seconds": 91.0, "processor_phases": {"features": 12.0, "trees": 8.0, "save": 5.0}}
    for trees in (5, 25, 60):
        found = expected([busy], TrainingConfig.of("quick", trees=trees))
        assert not found.refusal(400, TRIAL_SECONDS), found
    assert "up to 91 seconds" in expected([busy]).warning(400, TRIAL_SECONDS)


def test_with_two_runs_the_slow_one_is_the_odd_one():
    assert expected([run("slow", busy=40.0), run("v1")]).seconds == pytest.approx(50 * CLOCK)


def test_only_recent_runs_count():
    assert expected([*(run(f"v{n}") for n in range(9)), *[run("old", busy=99.0)] * 20]).slowest == pytest.approx(50)


@pytest.mark.parametrize("missing", ["host", "processor_phases", "seconds", "settings", "data"])
def test_a_run_that_does_not_say_enough_is_no_measure_of_time(missing):
    """As the runs of older versions, which say neither their host nor what the processor did."""
    older = {name: value for name, value in RUN.items() if name != missing} | {"seconds": 9100.0}
    if missing == "seconds":
        older["seconds"] = None
    found = expected([older])
    assert (found.runs, found.seconds) == ((), pytest.approx(expected([]).seconds))


@pytest.mark.parametrize("amount", [math.nan, math.inf, -1.0, 0.0, "ten", None, [1]])
def test_what_is_no_amount_is_unknown(amount):
    assert expected([{**RUN, "seconds": amount}]).runs == ()
    assert expected([{**RUN, "processor_phases": {"trees": amount}}]).runs == ()
    assert not expected([{**RUN, "peak_own_mb": amount}]).weighed


def test_settings_that_this_code_does_not_know_are_unknown():
    for settings in ({**RUN["settings"], "new": 1}, {**RUN["settings"], "trees": 0}, ["trees"]):
        assert expected([{**RUN, "settings": settings}]).runs == ()


def test_another_hosts_run_says_what_it_holds_and_not_how_long():
    found = expected([{**RUN, "host": "arm64, another, 64 cores", "seconds": 1e5}])
    assert (found.runs, found.seconds) == ((), pytest.approx(expected([]).seconds))
    assert (found.megabytes, found.weighed) == (pytest.approx(400), True)


def test_other_presets_runs_tell_of_this_hosts_time_by_their_settings():
    """What quick took here and what full took differ by the work of their settings; of the memory nothing is known."""
    quick = {**RUN, "processor_phases": {"check": 1.0, "features": 9.0, "trees": 6.0, "save": 7.0}}
    found = expected([quick], preset="full")
    clock = reference("full", 100_000).seconds / reference("full", 100_000).processor_seconds
    features, trees = 9 * (6 / 4) * (6 / 2), 6 * (60 / 25)
    assert found.seconds == pytest.approx((1 + features + trees + 7) * clock)
    assert (found.runs, found.megabytes) == (("v1",), reference("full", 100_000).megabytes)


def test_runs_of_the_preset_count_before_others():
    others = [{**RUN, "preset": "full", "version": f"f{n}", "settings": TrainingConfig().as_dict()} for n in range(5)]
    assert expected([*others, RUN]).runs == ("v1",)


def test_each_phase_grows_with_what_it_repeats():
    more_trees = expected([RUN], TrainingConfig.of("quick", trees=2 * TrainingConfig.of("quick").trees))
    assert more_trees.seconds == pytest.approx((50 + 18) * CLOCK)
    more_sweeps = expected([RUN], TrainingConfig.of("quick", em_iterations=3))  # 1 + 3 in place of 1 + 1
    assert more_sweeps.seconds == pytest.approx((50 + 20) * CLOCK)
    more_folds = expected([RUN], TrainingConfig.of("quick", folds=7))  # 7 + 1 in place of 3 + 1
    assert more_folds.seconds == pytest.approx((50 + 20) * CLOCK)
    fewer_rows = expected([RUN], TrainingConfig.of("quick", cold_start_fraction=0.0, test_fraction=0.2))
    assert fewer_rows.seconds == pytest.approx((12 + 38 / 1.4) * CLOCK)


def test_ten_times_the_ratings_on_a_slow_host():
    found, before, after = expected([RUN], ratings=10**6), *(reference("quick", rows) for rows in (10**5, 10**6))
    processor = 50 * after.processor_seconds / before.processor_seconds
    assert found.seconds == pytest.approx(processor * after.seconds / after.processor_seconds)
    assert found.megabytes == pytest.approx(400 + after.megabytes - before.megabytes)


def test_only_what_cannot_fit_is_refused():
    here, elsewhere = Estimate(100, 300, ("v1",), 100, True), Estimate(100, 300)
    assert (here.refusal(300, 100), here.warning(300, 100)) == ("", "")
    assert "about 100 seconds" in here.refusal(None, 49)
    assert (here.refusal(None, 51), "up to 100 seconds" in here.warning(None, 51)) == ("", True)
    assert (elsewhere.refusal(None, 26), "You can try" in elsewhere.warning(None, 26)) == ("", True)
    assert elsewhere.refusal(None, 24)
    assert "about 300 MB" in here.refusal(299, 100)
    assert (elsewhere.refusal(299, 100), "about 300 MB" in elsewhere.warning(299, 100)) == ("", True)
    assert elsewhere.refusal(200, 100)
    assert "about 2 minutes" in Estimate(120, 1, ("v1",)).refusal(None, 10)
    assert Estimate(10, 10**6).refusal(None, 60) == ""


def test_what_older_versions_say_of_their_memory_is_another_measure():
    old = {name: value for name, value in RUN.items() if name != "peak_own_mb"} | {"peak_mb": 4000}
    assert expected([old]).megabytes == reference("quick", 100_000).megabytes


def test_a_training_writes_down_what_the_next_is_judged_by(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "load_dataset", lambda name, progress=None, scale=None: tiny)
    registry = Registry(tmp_path)
    version = pipeline.run("tiny", "quick", registry=registry, **TINY_SETTINGS)
    found = estimate(TrainingConfig.of("quick", **TINY_SETTINGS), "quick", len(tiny.ratings), listing(registry))
    assert found.runs == (version,)
    assert 0 < found.seconds < 60
