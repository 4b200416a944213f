"""Jobs: real child processes with a tiny training, killed, started at once, and without disk space."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from recsys.core.file_lock import ProcessLock
from recsys.core.process import process_alive
from recsys.errors import JobError, SourceError
from recsys.settings import REPOSITORY
from recsys.training import jobs
from recsys.training.job_order import CHILD_MODULE, JobOrder
from recsys.training.jobs import PHASES, Reporter, cancellation, files, launcher, overall_fraction, worker
from recsys.training.jobs.files import JobFolder, JobStatus, read_status, write_status
from recsys.training.phases import PHASES_WITH_LATER_RATINGS

# What a fake training does after the imports; FOLDER is the models folder.
CHILD = """
import os, pathlib, sys, time
from recsys.errors import SourceError
from recsys.training.jobs import Reporter
folder = pathlib.Path(sys.argv[1])
with (folder / "children.txt").open("a") as file:
    file.write(f"{os.getpid()}\\n")
with Reporter(folder, heartbeat=0.05) as report:
    BODY
"""
QUICK = 'report("fetch", 1.0); report.point(round=1, loss=0.5); report.done("v1"); (folder / "active").touch()'
ENDLESS = 'report("trees", 0.5, "Growing"); time.sleep(60)'
FAILING = 'raise SourceError("No source answered. Check the network, then try again.")'

posix = pytest.mark.skipif(os.name == "nt", reason="signals")


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """A registry whose active version is a file named `active`."""
    monkeypatch.setattr(launcher, "_active_version", lambda folder: "v1" if (folder / "active").exists() else None)


@pytest.fixture
def folder(tmp_path):
    """A models folder; children that are still alive at the end are killed."""
    models = tmp_path / "models"
    models.mkdir()
    yield models
    last = jobs.status(models)
    if last.running and last.pid not in (0, os.getpid()):
        os.kill(last.pid, signal.SIGTERM)


def command(folder: Path, body: str) -> list[str]:
    return [sys.executable, "-c", CHILD.replace("BODY", body), str(folder)]


def children(folder: Path) -> list[int]:
    """Numbers of all fake trainings that ever began in this folder."""
    file = folder / "children.txt"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def until(folder: Path, condition, seconds: float = 10.0) -> JobStatus:
    """Poll as a page does until the status meets the condition."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        status = jobs.status(folder)
        if condition(status):
            return status
        time.sleep(0.01)
    raise AssertionError(f"the condition was never met; last {status}")


def ended(status: JobStatus) -> bool:
    return not status.running


# --- a job's life


def test_nothing_yet(folder):
    assert jobs.status(folder) == JobStatus()
    assert not (folder / "jobs").exists(), "looking creates nothing"


def test_a_job_runs_to_its_end(folder):
    first = jobs.start(folder=folder, command=command(folder, QUICK))
    assert (first.state, first.phase, first.fraction) == ("running", "start", 0.0)
    last = until(folder, ended)
    assert (last.state, last.version, last.fraction, last.detail) == ("done", "v1", 1.0, "")
    assert last.points == [{"round": 1.0, "loss": 0.5}]
    assert first.started <= last.started <= last.updated
    assert sorted(path.name for path in (folder / "jobs").iterdir()) == [
        "exclusive.lock",
        "log.txt",
        "running.lock",
        "status.json",
    ]


def test_never_anything_but_running_between_start_and_end(folder):
    body = 'report("fetch", 0.5); time.sleep(0.2); report("trees", 0.5); report.done("v1")'
    jobs.start(folder=folder, command=command(folder, body))
    statuses = []
    until(folder, lambda status: statuses.append(status) or ended(status))
    assert {status.state for status in statuses[:-1]} == {"running"}
    assert statuses[-1].state == "done"
    fractions = [status.fraction for status in statuses]
    assert fractions == sorted(fractions)


def test_a_second_start_is_refused_while_one_runs(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    with pytest.raises(JobError, match="already running"):
        jobs.start(folder=folder, command=command(folder, QUICK))
    until(folder, lambda status: status.phase == "trees")
    with pytest.raises(JobError, match="already running"):
        jobs.start(folder=folder, command=command(folder, QUICK))
    assert len(children(folder)) == 1


def test_a_cancelled_job_is_gone_and_the_next_can_start(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    running = until(folder, lambda status: status.phase == "trees")
    cancelled = jobs.cancel(folder)
    assert (cancelled.state, cancelled.detail) == ("failed", "It was cancelled.")
    assert not JobFolder.of(folder).lock().is_locked()
    until(folder, lambda _: not process_alive(running.pid))
    time.sleep(0.3)  # the thread that waits for the child has ended
    assert jobs.status(folder).detail == "It was cancelled."
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"


@posix
def test_a_job_that_ignores_the_request_is_killed(folder, monkeypatch):
    monkeypatch.setattr(cancellation, "PATIENCE_SECONDS", 0.3)
    ignoring = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    jobs.start(folder=folder, command=command(folder, ignoring + ENDLESS))
    until(folder, lambda status: status.phase == "trees")
    assert jobs.cancel(folder).detail == "It was cancelled."
    assert not jobs.status(folder).running


def test_cancelling_nothing_changes_nothing(folder):
    assert jobs.cancel(folder) == JobStatus()
    jobs.start(folder=folder, command=command(folder, QUICK))
    done = until(folder, ended)
    assert jobs.cancel(folder) == done


@posix
def test_a_silent_job_is_not_cancelled_since_its_number_may_be_another_process_s(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    status = until(folder, lambda status: status.phase == "trees")
    os.kill(status.pid, signal.SIGSTOP)  # no heartbeats, the lock is held
    try:
        write_status(JobFolder.of(folder).status, replace(status, updated=time.time() - 60))
        with pytest.raises(JobError, match="process of the job is unknown"):
            jobs.cancel(folder)
        assert process_alive(status.pid)
    finally:
        os.kill(status.pid, signal.SIGCONT)


def test_heartbeats_go_on_while_the_training_reports_nothing(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    first = until(folder, lambda status: status.phase == "trees")
    assert first.message == "Growing"
    until(folder, lambda status: status.updated > first.updated, seconds=2)


def test_the_child_gets_folder_environment_and_no_input(folder, monkeypatch):
    monkeypatch.setenv("RECSYS_SOMETHING", "inherited")
    body = """
    values = [os.environ["RECSYS_SOMETHING"], os.environ["RECSYS_MODELS"], os.getcwd(), sys.stdin.read()]
    report.done("|".join(values))"""
    jobs.start(folder=folder, command=command(folder, body))
    assert until(folder, ended).version == f"inherited|{folder}|{REPOSITORY}|"


def test_the_child_of_an_installed_package_works_in_the_same_folder_as_its_parent(folder, monkeypatch, tmp_path):
    monkeypatch.setattr("recsys.settings.REPOSITORY", tmp_path / "site-packages")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))  # an installed package can be imported from any folder
    monkeypatch.chdir(tmp_path)
    jobs.start(folder=folder, command=command(folder, "report.done(os.getcwd())"))
    assert until(folder, ended).version == str(tmp_path)


@posix
def test_the_child_is_in_the_background_and_holds_no_socket(folder):
    import socket

    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.set_inheritable(True)
        body = f"""
    try:
        os.fstat({server.fileno()}); import stat
        has_socket = stat.S_ISSOCK(os.fstat({server.fileno()}).st_mode)
    except OSError:
        has_socket = False
    report.done(f"{{has_socket}} {{os.getpgid(0) == os.getpid()}} {{os.nice(0)}}")"""
        before = os.nice(0)
        jobs.start(folder=folder, command=command(folder, body))
        assert until(folder, ended).version == f"False True {min(19, max(before, 10))}"


def test_the_child_is_ordered_the_training(folder, monkeypatch):
    commands = []
    monkeypatch.setattr(launcher, "_spawn", lambda job_folder, command, *_: commands.append(command))
    settings = {"depth": 6, "disabled_features": ""}
    jobs.start("full", "data.zip", 3, folder, settings=settings, who="--models=/elsewhere", why="new 'ratings'")
    jobs.ensure_ready(folder=folder)
    assert {tuple(command[:3]) for command in commands} == {(sys.executable, "-m", CHILD_MODULE)}
    training, first = (JobOrder.parse(command[3]) for command in commands)
    assert (training.models, training.kind) == (str(folder), jobs.TRAINING)
    assert (training.preset, training.data, training.seed, training.settings) == ("full", "data.zip", 3, settings)
    assert (training.who, training.why) == ("--models=/elsewhere", "new 'ratings'")
    assert (first.preset, first.who, first.remote_bundle_first) == ("quick", jobs.SERVER, True)


def test_the_status_names_who_asked_until_the_end(folder):
    jobs.start(folder=folder, command=command(folder, QUICK), who="somebody")
    assert jobs.status(folder).who == "somebody"
    assert until(folder, ended).who == "somebody"


# --- failures, each with a sentence


def test_the_detail_is_the_error_s_message(folder):
    jobs.start(folder=folder, command=command(folder, FAILING))
    last = until(folder, ended)
    assert (last.state, last.detail) == ("failed", "No source answered. Check the network, then try again.")


def test_a_child_that_cannot_begin_shows_its_last_line(folder):
    jobs.start(folder=folder, command=[sys.executable, "-c", "import no_such_library"])
    last = until(folder, lambda status: "exit code" in status.detail)
    assert last.state == "failed"
    assert "exit code 1" in last.detail
    assert "No module named 'no_such_library'" in last.detail


def test_a_command_that_does_not_exist(folder):
    with pytest.raises(JobError, match="no-such-program"):
        jobs.start(folder=folder, command=["/no-such-program"])
    assert jobs.status(folder).state == "failed"
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"


@posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_killed_job_is_failed_within_a_second_and_can_be_followed(folder, name):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    pid = until(folder, lambda status: status.phase == "trees").pid
    os.kill(pid, getattr(signal, name))
    last = until(folder, lambda status: name in status.detail, seconds=1)
    assert last.state == "failed"
    assert ("out of memory" in last.detail) == (name == "SIGKILL")
    assert not ProcessLock(folder / "jobs" / "running.lock").is_locked()
    with pytest.raises(ProcessLookupError):  # reaped, no zombie
        os.kill(pid, 0)
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"


@posix
def test_a_killed_orphan_is_noticed_without_its_parent(folder):
    """The server that started the job has ended, so no process waited for the child."""
    code = "import sys; from recsys.training import jobs; import pathlib; "
    code += "jobs.start(folder=pathlib.Path(sys.argv[1]), command=sys.argv[2:])"
    arguments = [str(folder), *command(folder, ENDLESS)]
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=REPOSITORY, check=True, timeout=20)
    pid = until(folder, lambda status: status.phase == "trees").pid
    os.kill(pid, signal.SIGKILL)
    last = until(folder, ended, seconds=1)
    assert last.state == "failed"
    assert "killed, or out of memory?" in last.detail
    assert last.phase == "trees", "it says how far it was"


@posix
def test_fifteen_kills_at_any_moment_leave_the_lock_free(folder):
    for moment in range(15):
        first = jobs.start(folder=folder, command=command(folder, QUICK + "; time.sleep(1)"))
        time.sleep(moment * 0.02)
        os.kill(first.pid, signal.SIGKILL)
        last = until(folder, ended, seconds=1.5)
        assert last.state == ("done" if last.version else "failed"), "what is published stays"
    for name in (".new-status.json-7-7", "status.json.7-7"):
        (folder / "jobs" / name).touch()  # what a kill between write and rename leaves, and did before
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"
    assert [path for path in (folder / "jobs").iterdir() if "7-7" in path.name] == []


def test_a_start_that_was_not_finished_counts_as_failed_after_the_grace_period(folder, monkeypatch):
    """Parent and child died between spawn and lock; the number is now another process's."""
    (folder / "jobs").mkdir()
    now = time.time()
    stale = JobStatus("running", launcher.STARTING, started=now, updated=now, pid=os.getpid())
    write_status(folder / "jobs" / "status.json", stale)
    assert jobs.status(folder).running
    monkeypatch.setattr(launcher, "GRACE_SECONDS", 0.0)
    assert jobs.status(folder).state == "failed"


# --- one at a time


def test_thirty_two_threads_start_one_child(folder):
    slow = command(folder, "time.sleep(0.3); " + QUICK)
    statuses, barrier = [], threading.Barrier(32)

    def ensure_ready():
        barrier.wait()
        statuses.append(jobs.ensure_ready(folder=folder, command=slow))

    threads = [threading.Thread(target=ensure_ready) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status.state for status in statuses} == {"running"}
    until(folder, ended)
    assert jobs.ensure_ready(folder=folder, command=slow) == JobStatus("done", fraction=1.0, version="v1")
    assert len(children(folder)) == 1


def test_two_processes_call_ensure_ready_at_once_and_again(folder):
    """Each calls it many times, past the job's end: still one child in all."""
    code = """
import pathlib, sys, time
from recsys.training import jobs
from recsys.training.jobs import launcher
folder = pathlib.Path(sys.argv[1])
launcher._active_version = lambda folder: "v1" if (folder / "active").exists() else None
while time.time() < float(sys.argv[2]): pass
while jobs.ensure_ready(folder=folder, command=sys.argv[3:]).state == "running": pass
print(jobs.ensure_ready(folder=folder, command=sys.argv[3:]).state)
"""
    arguments = [str(folder), str(time.time() + 1.0), *command(folder, QUICK)]
    processes = [
        subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=20)[0].strip() for process in processes] == ["done", "done"]
    assert len(children(folder)) == 1


def test_a_training_by_hand_and_one_by_the_server_exclude_each_other(folder):
    """A reporter in this process stands for `train` typed in a terminal."""
    with Reporter(folder) as report:
        assert jobs.status(folder).running
        assert jobs.ensure_ready(folder=folder, command=command(folder, QUICK)).pid == os.getpid()
        with pytest.raises(JobError, match="already running"):
            jobs.start(folder=folder, command=command(folder, QUICK))
        (folder / "jobs" / "status.json").unlink()
        assert jobs.status(folder).running, "the lock counts, not the file"
        report.done("by hand")
    assert (jobs.status(folder).state, jobs.status(folder).version) == ("done", "by hand")
    assert children(folder) == []


def test_a_second_reporter_is_refused_and_does_not_change_the_first(folder, monkeypatch):
    monkeypatch.setattr(worker, "LOCK_SECONDS", 0.05)
    with Reporter(folder) as report:
        report("trees", 0.5, "of the first")
        with pytest.raises(JobError, match="Another training"), Reporter(folder):
            pass
        assert jobs.status(folder).message == "of the first"


# --- ensure_ready


def test_ready_when_a_model_is_active_whatever_the_last_job_did(folder):
    jobs.start(folder=folder, command=command(folder, FAILING))
    until(folder, ended)
    (folder / "active").touch()
    assert jobs.ensure_ready(folder=folder).state == "done"


def test_a_failed_job_is_started_again_only_on_request(folder):
    jobs.ensure_ready(folder=folder, command=command(folder, FAILING))
    until(folder, ended)
    assert jobs.ensure_ready(folder=folder, command=command(folder, QUICK)).state == "failed"
    assert len(children(folder)) == 1
    assert jobs.ensure_ready(retry=True, folder=folder, command=command(folder, QUICK)).running
    assert until(folder, ended).state == "done"


def test_done_but_the_model_is_gone_starts_again(folder):
    jobs.ensure_ready(folder=folder, command=command(folder, QUICK))
    until(folder, ended)
    (folder / "active").unlink()
    assert jobs.ensure_ready(folder=folder, command=command(folder, QUICK)).running
    until(folder, ended)
    assert len(children(folder)) == 2


# --- disks that refuse


def full_disk(*_, **__):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_reported_before_any_child_exists(folder, monkeypatch):
    monkeypatch.setattr(files, "write_file", full_disk)
    status = jobs.ensure_ready(folder=folder, command=command(folder, QUICK))
    assert status.state == "failed"
    assert "disk is full" in status.detail
    assert children(folder) == []
    monkeypatch.undo()


def test_on_a_full_disk_the_last_status_goes_into_the_old_blocks(folder, monkeypatch):
    with pytest.raises(OSError, match="No space"), Reporter(folder) as report:  # noqa: PT012
        for step in range(50):
            report.point(step=step)
        report("trees", 0.5)
        before = (folder / "jobs" / "status.json").stat()
        monkeypatch.setattr(files, "write_file", full_disk)
        full_disk()
    last = jobs.status(folder)
    after = (folder / "jobs" / "status.json").stat()
    assert (last.state, last.phase) == ("failed", "trees")
    assert "disk is full" in last.detail
    assert (after.st_size, after.st_ino) == (before.st_size, before.st_ino), "not one byte more"


@posix
def test_a_real_limit_on_file_size_does_not_stop_the_training(folder):
    """RLIMIT_FSIZE makes the kernel refuse the longer status; the old file's bytes can still be rewritten."""
    body = """
    import resource, signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    report("fetch", 0.1); report("check", 0.1)
    size = os.path.getsize(folder / "jobs" / "status.json")
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, size + 100))
    for step in range(100): report.point(step=step)
    report("trees", 0.9); report.done("v1")"""
    jobs.start(folder=folder, command=command(folder, body))
    last = until(folder, ended)
    assert (last.state, last.version, last.points) == ("done", "v1", [])
    assert not list((folder / "jobs").glob("status.json.*")), "no temporary file"


def test_a_status_that_cannot_be_written_at_all_is_logged_once(folder, monkeypatch, capsys):
    with Reporter(folder, heartbeat=0.01) as report:
        monkeypatch.setattr(files, "write_file", full_disk)
        monkeypatch.setattr(files, "_overwrite", full_disk)
        report("trees", 0.5)
        time.sleep(0.1)
    assert capsys.readouterr().err.count("could not be written. The disk is full") == 1
    assert jobs.status(folder).state == "failed", "a lock that is free is no running job"


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "Permission denied", "models/jobs")])
def test_a_read_only_folder_is_a_sentence(folder, monkeypatch, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(os, "open", refuse)
    for status in (jobs.ensure_ready(folder=folder), jobs.ensure_ready(retry=True, folder=folder)):
        assert status.state == "failed"
        assert "models/jobs cannot be written (Permission denied)" in status.detail
    with pytest.raises(JobError, match="cannot be written"), Reporter(folder):
        pass


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "models").write_text("not a folder")
    status = jobs.ensure_ready(folder=tmp_path / "models")
    assert status.state == "failed"
    assert "cannot be used" in status.detail


# --- the status file


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"state": "odd"}',
        b'{"state": "done", "fraction": null}',
        b'{"state": "done", "points": 5}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_damaged_status_is_no_status(folder, content):
    (folder / "jobs").mkdir()
    (folder / "jobs" / "status.json").write_bytes(content)
    assert jobs.status(folder) == JobStatus()


def test_a_status_survives_its_file_and_unknown_fields(tmp_path):
    path = tmp_path / "status.json"
    written = JobStatus("running", "trees", 0.5, "m", "d", 1.5, 2.5, 7, [{"round": 1.0}], "v")
    write_status(path, written)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"from_a_newer_version": 1}))
    assert read_status(path) == written


@posix
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder):
    for name in ("status.json", "log.txt"):
        (folder / "jobs").mkdir(exist_ok=True)
        os.mkfifo(folder / "jobs" / name)
    assert jobs.status(folder) == JobStatus()
    with pytest.raises(JobError):
        jobs.start(folder=folder, command=command(folder, QUICK))


def test_readers_never_see_half_a_status(tmp_path):
    path, stop, incomplete = tmp_path / "status.json", threading.Event(), []

    def read():
        while not stop.is_set():
            status = read_status(path)
            if status.state != "running" or len(status.points) != status.pid:
                incomplete.append(status)

    write_status(path, JobStatus("running"))
    reader = threading.Thread(target=read)
    reader.start()
    for size in range(200):
        write_status(path, JobStatus("running", pid=size, points=[{"round": 1.0}] * size))
    stop.set()
    reader.join()
    assert not incomplete


# --- how far


def test_an_evaluation_progresses_with_its_trainings(folder):
    with Reporter(folder, kind=jobs.EVALUATION) as report:
        report("check", 1.0)
        assert report.status.fraction < 0.05, "so that the remaining time can be estimated from it"
        report("trees", 0.5)
        assert report.status.fraction == pytest.approx(0.5, abs=0.03)
        report("trees", 1.0)
        assert report.status.fraction == pytest.approx(1)


@pytest.mark.parametrize("phases", [PHASES, PHASES_WITH_LATER_RATINGS])
def test_the_phases_add_up_and_follow_each_other(phases):
    assert sum(phases.values()) == pytest.approx(1)
    ends = [overall_fraction(phase, 1.0, phases) for phase in phases]
    begins = [overall_fraction(phase, 0.0, phases) for phase in phases]
    assert begins == pytest.approx([0.0, *ends[:-1]])
    assert ends[-1] == pytest.approx(1)


@pytest.mark.parametrize(("fraction", "within"), [(-1, 0), (2, 1), (float("nan"), 0), (0.5, 0.5)])
def test_odd_fractions_stay_inside_the_phase(fraction, within):
    assert overall_fraction("fetch", fraction) == pytest.approx(PHASES["fetch"] * within)


def test_progress_never_goes_back(folder):
    fractions = []
    with Reporter(folder) as report:
        for phase, fraction in [
            ("trees", 0.5),
            ("features", 0.1),
            ("trees", 0.2),
            ("odd", 0.9),
            ("save", 1.0),
        ]:
            report(phase, fraction)
            fractions.append(report.status.fraction)
    assert fractions == sorted(fractions)
    assert fractions[0] == fractions[1] == fractions[2] == pytest.approx(overall_fraction("trees", 0.5))


def test_a_published_training_stays_done_when_it_is_cancelled_while_it_is_measured(folder):
    code = "report.done('v1'); report('later', 0.5); import time; time.sleep(30)"
    jobs.start(folder=folder, command=command(folder, code))
    until(folder, lambda status: status.phase == "later")
    assert jobs.cancel(folder).state == "done"
    last = jobs.status(folder)
    assert (last.state, last.version, last.fraction) == ("done", "v1", 1.0)


def test_an_unexpected_error_names_itself(folder):
    with pytest.raises(ZeroDivisionError), Reporter(folder):
        1 / 0  # noqa: B018
    assert jobs.status(folder).detail == "The training failed with ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SourceError("Plain words."), "Plain words."),
        (MemoryError(), "ran out of memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (KeyboardInterrupt(), "was stopped"),
    ],
)
def test_each_kind_of_end_has_its_sentence(error, text):
    assert text in files.sentence(error)
