"""Jobs: real child processes with a tiny training, killed, raced and starved of disk."""

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

from recsys.__main__ import _parser
from recsys.cli.train import settings
from recsys.core.file_lock import ProcessLock
from recsys.core.process import process_alive
from recsys.errors import JobError, SourceError
from recsys.settings import REPOSITORY
from recsys.training import jobs
from recsys.training.jobs import PHASES, Reporter, cancellation, files, launcher, overall_fraction, worker
from recsys.training.jobs.files import JobFolder, JobStatus, read_status, write_status

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
BAD_DAY = 'raise SourceError("No source answered. Check the network, then try again.")'

posix = pytest.mark.skipif(os.name == "nt", reason="signals")


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """A shelf whose active version is a file named `active`."""
    monkeypatch.setattr(launcher, "_active_version", lambda folder: "v1" if (folder / "active").exists() else None)


@pytest.fixture
def folder(tmp_path):
    """A models folder; children that are still alive at the end are killed."""
    models = tmp_path / "models"
    models.mkdir()
    yield models
    left = jobs.status(models)
    if left.running and left.pid not in (0, os.getpid()):
        os.kill(left.pid, signal.SIGTERM)


def command(folder: Path, body: str) -> list[str]:
    return [sys.executable, "-c", CHILD.replace("BODY", body), str(folder)]


def children(folder: Path) -> list[int]:
    """Numbers of all fake trainings that ever began in this folder."""
    file = folder / "children.txt"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def until(folder: Path, wanted, seconds: float = 10.0) -> JobStatus:
    """Poll like a page does until the status is as wanted."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = jobs.status(folder)
        if wanted(found):
            return found
        time.sleep(0.01)
    raise AssertionError(f"never as wanted; last {found}")


def ended(found: JobStatus) -> bool:
    return not found.running


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
    seen = []
    until(folder, lambda found: seen.append(found) or ended(found))
    assert {found.state for found in seen[:-1]} == {"running"}
    assert seen[-1].state == "done"
    fractions = [found.fraction for found in seen]
    assert fractions == sorted(fractions)


def test_a_second_start_is_refused_while_one_runs(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    with pytest.raises(JobError, match="running already"):
        jobs.start(folder=folder, command=command(folder, QUICK))
    until(folder, lambda found: found.phase == "trees")
    with pytest.raises(JobError, match="running already"):
        jobs.start(folder=folder, command=command(folder, QUICK))
    assert len(children(folder)) == 1


def test_a_cancelled_job_is_gone_and_the_next_can_start(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    running = until(folder, lambda found: found.phase == "trees")
    ended_now = jobs.cancel(folder)
    assert (ended_now.state, ended_now.detail) == ("failed", "It was cancelled.")
    assert not JobFolder.of(folder).lock().is_locked()
    until(folder, lambda _: not process_alive(running.pid))
    time.sleep(0.3)  # whoever waits for the child has had its turn
    assert jobs.status(folder).detail == "It was cancelled."
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"


@posix
def test_a_job_that_does_not_listen_is_ended_all_the_same(folder, monkeypatch):
    monkeypatch.setattr(cancellation, "PATIENCE_SECONDS", 0.3)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    jobs.start(folder=folder, command=command(folder, deaf + ENDLESS))
    until(folder, lambda found: found.phase == "trees")
    assert jobs.cancel(folder).detail == "It was cancelled."
    assert not jobs.status(folder).running


def test_cancelling_nothing_changes_nothing(folder):
    assert jobs.cancel(folder) == JobStatus()
    jobs.start(folder=folder, command=command(folder, QUICK))
    done = until(folder, ended)
    assert jobs.cancel(folder) == done


@posix
def test_a_silent_job_is_not_cancelled_by_a_number_that_may_be_another_s(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    found = until(folder, lambda found: found.phase == "trees")
    os.kill(found.pid, signal.SIGSTOP)  # no heart beats, the lock is held
    try:
        write_status(JobFolder.of(folder).status, replace(found, updated=time.time() - 60))
        with pytest.raises(JobError, match="not known which process"):
            jobs.cancel(folder)
        assert process_alive(found.pid)
    finally:
        os.kill(found.pid, signal.SIGCONT)


def test_the_heart_beats_while_the_training_is_silent(folder):
    jobs.start(folder=folder, command=command(folder, ENDLESS))
    first = until(folder, lambda found: found.phase == "trees")
    assert first.message == "Growing"
    until(folder, lambda found: found.updated > first.updated, seconds=2)


def test_the_child_gets_folder_environment_and_no_input(folder, monkeypatch):
    monkeypatch.setenv("RECSYS_SOMETHING", "kept")
    body = """
    facts = [os.environ["RECSYS_SOMETHING"], os.environ["RECSYS_MODELS"], os.getcwd(), sys.stdin.read()]
    report.done("|".join(facts))"""
    jobs.start(folder=folder, command=command(folder, body))
    assert until(folder, ended).version == f"kept|{folder}|{REPOSITORY}|"


def test_the_child_of_an_installed_package_works_in_the_same_folder_as_its_parent(folder, monkeypatch, tmp_path):
    monkeypatch.setattr("recsys.settings.REPOSITORY", tmp_path / "site-packages")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))  # an installed package is found from any folder
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
        kept = stat.S_ISSOCK(os.fstat({server.fileno()}).st_mode)
    except OSError:
        kept = False
    report.done(f"{{kept}} {{os.getpgid(0) == os.getpid()}} {{os.nice(0)}}")"""
        before = os.nice(0)
        jobs.start(folder=folder, command=command(folder, body))
        assert until(folder, ended).version == f"False True {min(19, max(before, 10))}"


def test_the_real_command_is_the_training():
    asked = {"preset": "quick", "data": "ml-100k", "seed": 0, "who": "--job=/elsewhere", "why": ""}
    program, *real = launcher._command(
        files.JobFolder.of(Path("somewhere")), asked, {"depth": 6, "disabled_features": ""}
    )
    assert program == sys.executable
    given = _parser().parse_args(real[2:])
    assert Path(given.job) == Path("somewhere").resolve()
    assert (given.preset, given.data, given.seed, given.who, given.why) == (*list(asked.values())[:4], "")
    assert settings(given.set) == {"depth": 6, "disabled_features": ""}


def test_who_asked_is_told_until_the_end(folder):
    jobs.start(folder=folder, command=command(folder, QUICK), who="somebody")
    assert jobs.status(folder).who == "somebody"
    assert until(folder, ended).who == "somebody"


# --- failing, with a sentence


def test_an_error_is_told_in_its_own_words(folder):
    jobs.start(folder=folder, command=command(folder, BAD_DAY))
    last = until(folder, ended)
    assert (last.state, last.detail) == ("failed", "No source answered. Check the network, then try again.")


def test_a_child_that_cannot_begin_shows_its_last_line(folder):
    jobs.start(folder=folder, command=[sys.executable, "-c", "import no_such_library"])
    last = until(folder, lambda found: "exit code" in found.detail)
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
    pid = until(folder, lambda found: found.phase == "trees").pid
    os.kill(pid, getattr(signal, name))
    last = until(folder, lambda found: name in found.detail, seconds=1)
    assert last.state == "failed"
    assert ("out of memory" in last.detail) == (name == "SIGKILL")
    assert not ProcessLock(folder / "jobs" / "running.lock").is_locked()
    with pytest.raises(ProcessLookupError):  # reaped, no zombie
        os.kill(pid, 0)
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"


@posix
def test_a_killed_orphan_is_noticed_without_its_parent(folder):
    """The server that started the job is gone: nobody saw how the child ended."""
    code = "import sys; from recsys.training import jobs; import pathlib; "
    code += "jobs.start(folder=pathlib.Path(sys.argv[1]), command=sys.argv[2:])"
    arguments = [str(folder), *command(folder, ENDLESS)]
    subprocess.run([sys.executable, "-c", code, *arguments], cwd=REPOSITORY, check=True, timeout=20)
    pid = until(folder, lambda found: found.phase == "trees").pid
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
        assert until(folder, ended, seconds=1.5).state == "failed"
    for name in (".new-status.json-7-7", "status.json.7-7"):
        (folder / "jobs" / name).touch()  # what a kill between write and rename leaves, and did before
    jobs.start(folder=folder, command=command(folder, QUICK))
    assert until(folder, ended).state == "done"
    assert [path for path in (folder / "jobs").iterdir() if "7-7" in path.name] == []


def test_a_start_that_nobody_finished_is_given_up_after_the_grace(folder, monkeypatch):
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
    answers, barrier = [], threading.Barrier(32)

    def ask():
        barrier.wait()
        answers.append(jobs.ensure_ready(folder=folder, command=slow))

    threads = [threading.Thread(target=ask) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.state for answer in answers} == {"running"}
    until(folder, ended)
    assert jobs.ensure_ready(folder=folder, command=slow) == JobStatus("done", fraction=1.0, version="v1")
    assert len(children(folder)) == 1


def test_two_processes_ask_at_once_and_again_until_ready(folder):
    """Each asks many times, past the job's end: still one child in all."""
    code = """
import pathlib, sys, time
from recsys.training import jobs
from recsys.__main__ import _parser
from recsys.cli.train import settings
from recsys.training.jobs import launcher
folder = pathlib.Path(sys.argv[1])
launcher._active_version = lambda folder: "v1" if (folder / "active").exists() else None
while time.time() < float(sys.argv[2]): pass
while jobs.ensure_ready(folder=folder, command=sys.argv[3:]).state == "running": pass
print(jobs.ensure_ready(folder=folder, command=sys.argv[3:]).state)
"""
    arguments = [str(folder), str(time.time() + 1.0), *command(folder, QUICK)]
    racers = [
        subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [racer.communicate(timeout=20)[0].strip() for racer in racers] == ["done", "done"]
    assert len(children(folder)) == 1


def test_a_training_by_hand_and_the_server_do_not_meet(folder):
    """A reporter in this process stands for `train` typed in a terminal."""
    with Reporter(folder) as report:
        assert jobs.status(folder).running
        assert jobs.ensure_ready(folder=folder, command=command(folder, QUICK)).pid == os.getpid()
        with pytest.raises(JobError, match="running already"):
            jobs.start(folder=folder, command=command(folder, QUICK))
        (folder / "jobs" / "status.json").unlink()
        assert jobs.status(folder).running, "the lock counts, not the file"
        report.done("by hand")
    assert (jobs.status(folder).state, jobs.status(folder).version) == ("done", "by hand")
    assert children(folder) == []


def test_a_second_reporter_is_refused_and_leaves_the_first_alone(folder, monkeypatch):
    monkeypatch.setattr(worker, "LOCK_SECONDS", 0.05)
    with Reporter(folder) as report:
        report("trees", 0.5, "mine")
        with pytest.raises(JobError, match="Another training"), Reporter(folder):
            pass
        assert jobs.status(folder).message == "mine"


# --- ensure_ready


def test_ready_when_a_model_is_active_whatever_the_last_job_did(folder):
    jobs.start(folder=folder, command=command(folder, BAD_DAY))
    until(folder, ended)
    (folder / "active").touch()
    assert jobs.ensure_ready(folder=folder).state == "done"


def test_a_failed_job_is_started_again_only_on_request(folder):
    jobs.ensure_ready(folder=folder, command=command(folder, BAD_DAY))
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


def test_a_full_disk_is_told_before_any_child_exists(folder, monkeypatch):
    monkeypatch.setattr(files, "write_file", full_disk)
    answer = jobs.ensure_ready(folder=folder, command=command(folder, QUICK))
    assert answer.state == "failed"
    assert "disk is full" in answer.detail
    assert children(folder) == []
    monkeypatch.undo()


def test_on_a_full_disk_the_last_words_go_into_the_old_blocks(folder, monkeypatch):
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
    assert not list((folder / "jobs").glob(".new-*")), "no leftovers beside it"


def test_a_status_that_cannot_be_written_at_all_is_told_in_the_log_once(folder, monkeypatch, capsys):
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
    for answer in (jobs.ensure_ready(folder=folder), jobs.ensure_ready(retry=True, folder=folder)):
        assert answer.state == "failed"
        assert "models/jobs cannot be written (Permission denied)" in answer.detail
    with pytest.raises(JobError, match="cannot be written"), Reporter(folder):
        pass


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "models").write_text("not a folder")
    answer = jobs.ensure_ready(folder=tmp_path / "models")
    assert answer.state == "failed"
    assert "cannot be used" in answer.detail


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
    path, stop, bad = tmp_path / "status.json", threading.Event(), []

    def read():
        while not stop.is_set():
            found = read_status(path)
            if found.state != "running" or len(found.points) != found.pid:
                bad.append(found)

    write_status(path, JobStatus("running"))
    reader = threading.Thread(target=read)
    reader.start()
    for size in range(200):
        write_status(path, JobStatus("running", pid=size, points=[{"round": 1.0}] * size))
    stop.set()
    reader.join()
    assert not bad


# --- how far


def test_an_evaluation_is_as_far_as_its_trainings_are(folder):
    with Reporter(folder, kind=jobs.EVALUATION) as report:
        report("check", 1.0)
        assert report.status.fraction < 0.05, "so that the time that is left can be told from it"
        report("trees", 0.5)
        assert report.status.fraction == pytest.approx(0.5, abs=0.03)
        report("trees", 1.0)
        assert report.status.fraction == pytest.approx(1)


def test_the_phases_add_up_and_follow_each_other():
    assert sum(PHASES.values()) == pytest.approx(1)
    ends = [overall_fraction(phase, 1.0) for phase in PHASES]
    begins = [overall_fraction(phase, 0.0) for phase in PHASES]
    assert begins == pytest.approx([0.0, *ends[:-1]])
    assert ends[-1] == pytest.approx(1)


@pytest.mark.parametrize(("given", "share"), [(-1, 0), (2, 1), (float("nan"), 0), (0.5, 0.5)])
def test_odd_fractions_stay_inside_the_phase(given, share):
    assert overall_fraction("fetch", given) == pytest.approx(PHASES["fetch"] * share)


def test_progress_never_goes_back(folder):
    seen = []
    with Reporter(folder) as report:
        for phase, fraction in [
            ("trees", 0.5),
            ("features", 0.1),
            ("trees", 0.2),
            ("odd", 0.9),
            ("save", 1.0),
        ]:
            report(phase, fraction)
            seen.append(report.status.fraction)
    assert seen == sorted(seen)
    assert seen[0] == seen[1] == seen[2] == pytest.approx(overall_fraction("trees", 0.5))


def test_an_unexpected_error_names_itself(folder):
    with pytest.raises(ZeroDivisionError), Reporter(folder):
        1 / 0  # noqa: B018
    assert jobs.status(folder).detail == "The training failed with ZeroDivisionError: division by zero"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SourceError("Plain words."), "Plain words."),
        (MemoryError(), "needed more memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (KeyboardInterrupt(), "was stopped"),
    ],
)
def test_each_kind_of_end_has_its_sentence(error, words):
    assert words in files.sentence(error)
