"""The owner's actions on the registry from the page, which a visitor cannot do, whatever they send."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from recsys import access
from recsys.errors import NotAllowedError
from recsys.registry import Registry, archive, transitions
from recsys.ui.common import auth, model_cache
from recsys.ui.models import actions
from tests.pages.conftest import name_of, open_app, open_page, text_of

KEY = "the owner's secret"
MAX_SECONDS = 2.0  # until every prediction names the new version


@pytest.fixture(autouse=True)
def with_key(monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", KEY)
    access.authenticator_for.cache_clear()


@pytest.fixture
def three(served, measured_model):
    """Versions, oldest first; the last is active."""
    return [served.version, Registry().publish(measured_model), Registry().publish(measured_model)]


@pytest.fixture
def imported_zip(measured_model, tmp_path):
    """A version of another registry, and its zip."""
    other_registry = Registry(tmp_path / "elsewhere")
    version = other_registry.publish(replace(measured_model, manifest={**measured_model.manifest, "preset": "quick"}))
    return version, archive.packed(other_registry, version)


def page(version: str = ""):
    """Models in the session of a signed-in owner."""
    app = open_app()
    app.session_state[auth.AUTHENTICATOR] = access.authenticator()
    app.switch_page("pages/models.py")
    if version:
        app.query_params["version"] = version
    app.run()
    assert not app.exception, app.exception
    return app


def press(app, label: str):
    (button,) = [button for button in app.button if button.label.startswith(label)]
    button.click().run()
    assert not app.exception, app.exception
    return app


def test_a_visitor_is_shown_no_action(three):
    app = open_page("pages/models.py", version=three[0])
    assert [each.label for each in app.button] == ["Sign in as owner"]
    assert not app.get("file_uploader")
    assert not app.get("download_button")


def test_a_promotion_needs_a_reason_and_takes_effect_at_once(three):
    app = press(page(three[0]), "Switch to v1")
    assert "Give a reason" in text_of(app)
    assert "Give a reason" in app.toast[0].value, "the button is far below the message"
    assert Registry().active_version() == three[2]
    app.text_input(key="models_why").set_value("it was better")
    started = time.monotonic()
    press(app, "Switch to v1")
    assert f"{name_of(three[0])} is now live, against the promotion gate: " in text_of(app)
    assert f"{name_of(three[0])} is now live" in text_of(app)
    assert model_cache.get_recommender().version == three[0]
    visitor = open_app()
    visitor.switch_page("pages/predict.py")
    visitor.query_params["user"], visitor.query_params["movie"] = "6", "8"
    assert name_of(three[0]) in text_of(visitor.run())
    assert time.monotonic() - started < MAX_SECONDS
    latest = Registry().event_log()[0]
    assert (latest.what, latest.who, latest.why) == ("promoted", "the owner, in the browser", "it was better")


def test_a_lost_active_pointer_is_reported_and_repaired_by_a_promotion(three, own_registry):
    transitions.promote(Registry(), three[0], "me", "it was better")
    (own_registry / "active.json").write_bytes(b"")
    app = page(three[0])
    assert f"active.json is missing or damaged. The version promoted last is used: {name_of(three[0])}." in text_of(app)
    app.text_input(key="models_why").set_value("this one is meant")
    press(app, "Switch to v1")
    assert "active.json" not in text_of(app)
    assert Registry().active().warning == ""
    assert Registry().active_version() == three[0]


def test_one_click_rolls_back(three):
    app = press(page(), "Switch back to v2")
    assert (Registry().active_version(), model_cache.get_recommender().version) == (three[1], three[1])
    assert f"{name_of(three[1])} is live again" in text_of(app)


def test_pin_unpin_and_delete(three):
    app = press(page(three[0]), "Pin")
    assert Registry().pinned() == {three[0]}
    press(app, "Unpin")
    assert Registry().pinned() == set()
    name = f"v1 · {name_of(three[0]).split(' · ')[-1]}"
    press(app, "Delete for good")
    assert Registry().versions() == [three[2], three[1]]
    assert f"{name} is deleted" in text_of(app)


@pytest.mark.parametrize("position", [1, 2])
def test_active_and_previous_versions_are_not_deleted(three, position):
    app = press(page(three[position]), "Delete for good")
    assert Registry().versions() == three[::-1]
    assert "which a rollback needs" in text_of(app) if position == 1 else "is live. Promote another" in text_of(app)


def test_a_valid_zip_is_imported_and_a_damaged_one_is_not(three, imported_zip):
    version, content = imported_zip
    app = page()
    app.file_uploader(key="models_file").set_value([("it.zip", content[:-40], "application/zip")])
    press(app, "Import")
    assert Registry().versions() == three[::-1]
    assert "not a readable zip" in text_of(app)
    app.file_uploader(key="models_file").set_value([("it.zip", content, "application/zip")])
    app.text_input(key="models_file_why").set_value("from home")
    press(app, "Import")
    assert version in Registry().versions()
    assert Registry().active_version() == three[2]
    assert (Registry().event_log()[0].what, Registry().event_log()[0].why) == ("imported", "from home")


def test_a_download_is_the_version_and_warns_of_its_ratings(three):
    app = page(three[0])
    (button,) = app.get("download_button")
    assert button.proto.label.startswith("Download as zip")
    assert "contains the users' ratings" in text_of(app)


def test_a_download_is_zipped_for_the_owner_only(three, monkeypatch):
    monkeypatch.setattr(auth.st, "session_state", {})
    with pytest.raises(NotAllowedError, match="Only the owner can export"):
        actions.zip_writer(three[0])
    monkeypatch.setattr(auth.st, "session_state", {auth.AUTHENTICATOR: access.authenticator()})
    write_zip = actions.zip_writer(three[0])
    assert write_zip().read() == archive.packed(Registry(), three[0])
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another key")
    with pytest.raises(NotAllowedError, match="Only the owner can export"):
        write_zip()


@pytest.mark.parametrize("label", ["Switch to v1", "Switch back to v2", "Pin", "Unpin", "Delete for good", "Import"])
def test_a_forged_action_is_refused_on_the_server(three, imported_zip, monkeypatch, label):
    """The button was drawn for an owner, but the session is a visitor's when it is pressed."""
    if label == "Unpin":
        (Registry().folder / "pinned").mkdir()
        (Registry().folder / "pinned" / three[0]).touch()
    app = page(three[0])
    app.text_input(key="models_why").set_value("a reason")
    app.file_uploader(key="models_file").set_value([("it.zip", imported_zip[1], "application/zip")])
    before = (Registry().versions(), Registry().active_version(), Registry().pinned(), Registry().event_log())
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another key")
    press(app, label)
    assert (Registry().versions(), Registry().active_version(), Registry().pinned(), Registry().event_log()) == before
    assert "Only the owner can" in text_of(app)
    assert [each.label for each in app.button] == ["Sign in as owner"], "the page is a visitor's now"


def test_the_owner_can_import_into_an_empty_registry(imported_zip):
    app = page()
    app.file_uploader(key="models_file").set_value([("it.zip", imported_zip[1], "application/zip")])
    press(app, "Import")
    assert Registry().active_version() == imported_zip[0]
    assert f"{name_of(imported_zip[0])} is imported. It is now live." in text_of(app)
