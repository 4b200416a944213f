"""The entry point of a job's child process: a training as ordered, a sentence and an exit code for each failure."""

from __future__ import annotations

import subprocess
import time

import pytest

from recsys.errors import GateError, InputError, NoModelError
from recsys.registry import Registry
from recsys.registry.bundle import read_manifest
from recsys.registry.promotion_gate import Verdict
from recsys.settings import REPOSITORY
from recsys.training import jobs, pipeline
from recsys.training.job_order import EVALUATION, JobOrder
from recsys.training.jobs import child
from tests.conftest import TINY_SETTINGS

pytestmark = pytest.mark.slow


def run_child(order: JobOrder) -> int:
    """The exit code of the order's command line, run in this process."""
    return child.main(order.command()[3:])


@pytest.fixture
def order(tiny_folder, own_registry) -> JobOrder:
    return JobOrder(str(own_registry), data=str(tiny_folder), settings=TINY_SETTINGS, who="an owner", why="new data")


def test_a_job_trains_and_publishes_what_was_ordered(order, own_registry):
    settings = TINY_SETTINGS | {"trees": 4}
    jobs.start("quick", order.data, 5, own_registry, who="an owner", why="new data", settings=settings)
    while (status := jobs.status(own_registry)).running:
        time.sleep(0.05)
    assert (status.state, status.detail) == ("done", "")
    assert status.who == "an owner"
    assert {"majority", "round"} <= {name for point in status.points for name in point}
    registry = Registry(own_registry)
    manifest, entry = read_manifest(registry.path(status.version)), registry.event_log()[0]
    assert registry.active_version() == status.version
    assert (manifest["preset"], manifest["settings"]["boosting.trees"], manifest["settings"]["seed"]) == ("quick", 4, 5)
    assert (entry.version, entry.who, entry.why) == (status.version, "an owner", "new data")


def test_an_order_survives_its_command_line(order):
    evaluation = JobOrder("models", EVALUATION, settings={"depth": 6}, splits=("user-last",), folds=5, ablation=True)
    for each in (order, evaluation):
        assert JobOrder.parse(each.command()[-1]) == each


def test_the_exit_code_of_a_real_process(own_registry):
    order = JobOrder(str(own_registry), settings={"depth": 99})
    process = subprocess.run(order.command(), cwd=REPOSITORY, capture_output=True, text=True, timeout=60)
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr.startswith("depth: received 99")
    assert jobs.status(own_registry).detail == process.stderr.strip()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (GateError("Not good enough."), 1),
        (InputError("Out of range."), 2),
        (NoModelError("No model."), 3),
        (KeyboardInterrupt(), 130),
    ],
)
def test_each_failure_is_a_sentence_and_an_exit_code(order, monkeypatch, capsys, error, code):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(pipeline, "train_and_publish", fail)
    assert run_child(order) == code
    assert capsys.readouterr().err == f"{str(error) or 'Stopped. Nothing was changed.'}\n"
    assert jobs.status().state == "failed"


def test_a_first_model_that_the_gate_refuses_is_a_failure_with_reasons(order, monkeypatch, capsys):
    refusal = Verdict(False, ("It is worse than the majority.",))
    monkeypatch.setattr("recsys.registry.promotion_gate.judge", lambda *_: refusal)
    assert run_child(order) == 1
    status = jobs.status()
    assert (status.state, Registry().versions()) == ("failed", [status.version])
    assert status.detail == f"The promotion gate rejects {status.version}. It is worse than the majority."
    assert capsys.readouterr().err == f"{status.detail}\n"


def test_an_impossible_evaluation_is_refused_before_the_job_begins(order, own_registry, capsys):
    plan = JobOrder(str(own_registry), EVALUATION, data=order.data, folds=1)
    assert run_child(plan) == 2
    assert "folds: received 1" in capsys.readouterr().err
    assert jobs.status() == jobs.JobStatus()
