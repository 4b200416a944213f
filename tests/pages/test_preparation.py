"""Without a model every page shows the preparation; if it fails, the reason and how to continue."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from recsys.registry import Registry
from recsys.training import jobs
from recsys.training.jobs import JobStatus
from recsys.training.jobs.files import JobFolder, write_status
from recsys.ui.common.progress import PHASES
from tests.pages.conftest import evaluate, home, name_of, open_app, predict, text_of

ATTEMPTS = (
    "MovieLens 100K could not be downloaded. Tried: 1. GroupLens: no connection (*refused*). "
    "2. the package index: nothing received."
)


@pytest.fixture
def job(monkeypatch):
    """A function that sets the status of the preparation."""

    def set_status(**values):
        status = JobStatus(**values)
        monkeypatch.setattr(jobs, "status", lambda *_: status)
        monkeypatch.setattr(jobs, "ensure_ready", lambda **_: status)

    return set_status


def buttons(app) -> list[str]:
    return [button.label for button in app.button]


def small_zip(**members: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in (members or {"u.data": "1\t1\t5\t9"}).items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("page", [home, predict, evaluate])
@pytest.mark.parametrize("phase", PHASES)
def test_a_running_preparation_is_shown_on_every_page(job, page, phase):
    job(state="running", phase=phase, fraction=0.42, message="round 3 of 60", started=time.time() - 65)
    app = page()
    page_text = text_of(app)
    assert "Getting ready" in page_text
    assert PHASES[phase][1] in page_text
    assert app.get("progress")[0].proto.value == 42
    text = app.get("progress")[0].proto.text
    assert text.startswith("42% · 1 min 0")
    assert "round 3 of 60" in text
    assert not app.get("plotly_chart")


def test_attempts_are_listed_as_text_with_a_retry_and_an_upload(job, started_jobs, owner):
    job(state="failed", phase="fetch", detail=ATTEMPTS)
    app = home()
    page_text = text_of(app)
    assert "could not be downloaded" in page_text
    assert "1. GroupLens: no connection (*refused*)" in page_text
    assert "2. the package index: nothing received." in page_text
    assert len(app.file_uploader) == 1
    app.button[0].click().run()
    assert started_jobs == [{"dataset": "ml-100k", "who": "the owner, in the browser"}]


def test_a_killed_preparation_is_reported_and_can_be_retried(own_registry, started_jobs):
    files = JobFolder.of(own_registry)
    files.folder.mkdir()
    now = time.time()
    write_status(files.status, JobStatus("running", "trees", 0.5, started=now - 20, updated=now - 5, pid=2**22 + 1))
    app = home()
    assert "killed, or out of memory" in text_of(app)
    assert buttons(app) == ["Try again"]
    app.button[0].click().run()
    assert len(started_jobs) == 1


def test_a_failure_after_the_fetch_offers_no_upload(job):
    job(state="failed", phase="trees", detail="The disk is full (No space left on device). Free some space.")
    app = predict()
    assert "The disk is full" in text_of(app)
    assert buttons(app) == ["Try again"]
    assert not app.file_uploader


def test_a_visitor_cannot_upload_the_ratings_of_the_first_model(job, started_jobs, visitor):
    job(state="failed", phase="fetch", detail=ATTEMPTS)
    app = home()
    assert not app.file_uploader
    assert buttons(app) == ["Try again"]


def test_an_upload_is_stored_under_its_hash_and_prepared_from(job, started_jobs, tmp_path, monkeypatch, owner):
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path))
    job(state="failed", phase="fetch", detail=ATTEMPTS)
    app, content = home(), small_zip()
    app.file_uploader[0].upload("../../evil.zip", content).run()
    next(button for button in app.button if "file" in button.label).click().run()
    assert len(started_jobs) == 1
    stored = list((tmp_path / "uploads").iterdir())
    assert [str(path) for path in stored] == [started_jobs[0]["dataset"]]
    assert stored[0].read_bytes() == content
    assert "evil" not in stored[0].name


def test_a_file_that_is_not_a_zip_is_refused_and_not_stored(job, started_jobs, tmp_path, monkeypatch, owner):
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path))
    job(state="failed", phase="fetch", detail=ATTEMPTS)
    app = home()
    app.file_uploader[0].upload("ml.zip", b"<html>not found</html>").run()
    next(button for button in app.button if "file" in button.label).click().run()
    assert "not a zip" in text_of(app)
    assert not started_jobs
    assert not (tmp_path / "uploads").exists()


def test_with_only_damaged_models_a_training_is_offered(measured_model, own_registry, started_jobs):
    version = Registry().publish(measured_model)
    (own_registry / version / "model.json").write_bytes(b"{}")
    app = home()
    assert name_of(version) in text_of(app)
    assert buttons(app) == ["Train a new model"]
    app.button[0].click().run()
    assert len(started_jobs) == 1


def test_the_page_becomes_ready_without_a_restart(job, measured_model):
    job(state="running", phase="save", fraction=0.95)
    app = open_app().run()
    assert "How good is it?" not in text_of(app)
    Registry().publish(measured_model)
    job(state="done", fraction=1.0)
    app.run()
    assert not app.exception
    assert "How good is it?" in text_of(app)
