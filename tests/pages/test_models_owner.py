"""What the owner does to the shelf from the page, and that a visitor cannot, whatever they send."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from recsys import access
from recsys.errors import NotAllowedError
from recsys.registry import Registry, archive, transitions
from recsys.ui.common import auth, model_cache
from recsys.ui.models import actions
from tests.pages.conftest import open_app, opened, said

KEY = "the owner's secret"
FASTEST = 2.0  # seconds until every answer names the new version


@pytest.fixture(autouse=True)
def with_key(monkeypatch):
    monkeypatch.setenv("RECSYS_ADMIN_KEY", KEY)
    access.authenticator_for.cache_clear()


@pytest.fixture
def three(served, reported):
    """Versions, oldest first; the last answers."""
    return [served.version, Registry().publish(reported), Registry().publish(reported)]


@pytest.fixture
def parcelled(reported, tmp_path):
    """A version of another shelf, and its zip."""
    elsewhere = Registry(tmp_path / "elsewhere")
    version = elsewhere.publish(replace(reported, manifest={**reported.manifest, "preset": "quick"}))
    return version, archive.packed(elsewhere, version)


def page(version: str = ""):
    """Models in the session of an owner, who has shown the key."""
    app = open_app()
    app.session_state[auth.AUTHENTICATOR] = access.authenticator()
    app.switch_page("pages/models.py")
    if version:
        app.query_params["version"] = version
    app.run()
    assert not app.exception, app.exception
    return app


def press(app, label: str):
    (found,) = [each for each in app.button if each.label.startswith(label)]
    found.click().run()
    assert not app.exception, app.exception
    return app


def test_a_visitor_is_shown_no_action(three):
    app = opened("pages/models.py", version=three[0])
    assert [each.label for each in app.button] == ["Come in as the owner"]
    assert not app.get("file_uploader")
    assert not app.get("download_button")


def test_a_promotion_wants_a_reason_and_is_seen_at_once(three):
    app = press(page(three[0]), "Promote")
    assert "give a reason" in said(app)
    assert "give a reason" in app.toast[0].value, "the button is far below what is said at the top"
    assert Registry().active_version() == three[2]
    app.text_input(key="models_why").set_value("it was better")
    began = time.monotonic()
    press(app, "Promote")
    assert f"{three[0]} answers now. The gate would not have let it: " in said(app)
    assert f"{three[0]} answers now" in app.warning[0].value.replace("\\", "")
    assert model_cache.get_recommender().version == three[0]
    visitor = open_app()
    visitor.switch_page("pages/predict.py")
    visitor.query_params["user"], visitor.query_params["movie"] = "6", "8"
    assert three[0] in said(visitor.run())
    assert time.monotonic() - began < FASTEST
    latest = Registry().event_log()[0]
    assert (latest.what, latest.who, latest.why) == ("promoted", "the owner, in the browser", "it was better")


def test_a_lost_pointer_is_told_and_set_right_by_a_promotion(three, own_registry):
    transitions.promote(Registry(), three[0], "me", "it was better")
    (own_registry / "active.json").write_bytes(b"")
    app = page(three[0])
    assert f"active.json is missing or damaged, so the version that was promoted last is used: {three[0]}." in said(app)
    app.text_input(key="models_why").set_value("this one is meant")
    press(app, "Promote")
    assert "active.json" not in said(app)
    assert Registry().active().warning == ""
    assert Registry().active_version() == three[0]


def test_one_click_goes_back(three):
    app = press(page(), "Roll back")
    assert (Registry().active_version(), model_cache.get_recommender().version) == (three[1], three[1])
    assert f"{three[1]} answers again" in said(app)


def test_pin_unpin_and_delete(three):
    app = press(page(three[0]), "Pin")
    assert Registry().pinned() == {three[0]}
    press(app, "Unpin")
    assert Registry().pinned() == set()
    press(app, "Delete for good")
    assert Registry().versions() == [three[2], three[1]]
    assert f"{three[0]} is deleted" in said(app)


@pytest.mark.parametrize("place", [1, 2])
def test_what_must_stay_is_not_deleted_however_it_is_asked(three, place):
    app = press(page(three[place]), "Delete for good")
    assert Registry().versions() == three[::-1]
    assert "goes back to" in said(app) if place == 1 else "is the active version" in said(app)


def test_a_zip_joins_the_shelf_and_another_file_does_not(three, parcelled):
    version, content = parcelled
    app = page()
    app.file_uploader(key="models_file").set_value([("it.zip", content[:-40], "application/zip")])
    press(app, "Import")
    assert Registry().versions() == three[::-1]
    assert "not a zip that can be read" in said(app)
    app.file_uploader(key="models_file").set_value([("it.zip", content, "application/zip")])
    app.text_input(key="models_file_why").set_value("from home")
    press(app, "Import")
    assert version in Registry().versions()
    assert Registry().active_version() == three[2]
    assert (Registry().event_log()[0].what, Registry().event_log()[0].why) == ("imported", "from home")


def test_a_download_is_the_version_and_says_what_is_in_it(three):
    app = page(three[0])
    (button,) = app.get("download_button")
    assert button.proto.label.startswith("Download as zip")
    assert "people's ratings among it" in said(app)


def test_a_download_is_packed_for_the_owner_alone(three, monkeypatch):
    monkeypatch.setattr(auth.st, "session_state", {})
    with pytest.raises(NotAllowedError, match="Only the owner may export"):
        actions.packed(three[0])
    monkeypatch.setattr(auth.st, "session_state", {auth.AUTHENTICATOR: access.authenticator()})
    offered = actions.packed(three[0])
    assert offered().read() == archive.packed(Registry(), three[0])
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another key")
    with pytest.raises(NotAllowedError, match="Only the owner may export"):
        offered()


@pytest.mark.parametrize("label", ["Promote", "Roll back", "Pin", "Unpin", "Delete for good", "Import"])
def test_a_forged_action_is_refused_on_the_server(three, parcelled, monkeypatch, label):
    """The button was drawn for an owner; whoever presses it is a visitor by then."""
    if label == "Unpin":
        (Registry().folder / "pinned").mkdir()
        (Registry().folder / "pinned" / three[0]).touch()
    app = page(three[0])
    app.text_input(key="models_why").set_value("a reason")
    app.file_uploader(key="models_file").set_value([("it.zip", parcelled[1], "application/zip")])
    before = (Registry().versions(), Registry().active_version(), Registry().pinned(), Registry().event_log())
    monkeypatch.setenv("RECSYS_ADMIN_KEY", "another key")
    press(app, label)
    assert (Registry().versions(), Registry().active_version(), Registry().pinned(), Registry().event_log()) == before
    assert "Only the owner may" in said(app)
    assert [each.label for each in app.button] == ["Come in as the owner"], "and the page has become a visitor's"


def test_an_empty_shelf_can_be_filled_by_its_owner(parcelled):
    app = page()
    app.file_uploader(key="models_file").set_value([("it.zip", parcelled[1], "application/zip")])
    press(app, "Import")
    assert Registry().active_version() == parcelled[0]
    assert f"{parcelled[0]} is on the shelf. It answers now." in said(app)
