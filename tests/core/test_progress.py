"""Progress callbacks: several as one, and the time of each phase."""

from __future__ import annotations

import time

from recsys.core.progress import PhaseTimer, silent, tee


def test_tee_calls_each_callback_in_order():
    calls = []
    progress = tee(
        lambda phase, fraction, message="": calls.append(("first", phase, fraction, message)),
        silent,
        lambda phase, fraction, message="": calls.append(("second", phase, fraction, message)),
    )
    progress("trees", 0.5, "half")
    progress("save", 1.0)
    assert calls == [
        ("first", "trees", 0.5, "half"),
        ("second", "trees", 0.5, "half"),
        ("first", "save", 1.0, ""),
        ("second", "save", 1.0, ""),
    ]


def test_a_phase_lasts_until_the_next_begins():
    calls = []
    timer = PhaseTimer(lambda *call: calls.append(call))
    timer("features", 0.0)
    time.sleep(0.3)
    timer("features", 1.0)
    timer("trees", 0.0, "growing")
    time.sleep(0.1)
    phases, processor_phases = timer.phases(), timer.processor_phases()
    assert list(phases) == list(processor_phases) == ["features", "trees"]
    assert phases["features"] >= 0.3
    assert phases["trees"] >= 0.1
    assert processor_phases["features"] < 0.3, "waiting is no processor time"
    assert timer.seconds >= 0.4
    assert calls == [("features", 0.0, ""), ("features", 1.0, ""), ("trees", 0.0, "growing")]
