"""Pages run for real, in process, over the tiny world's model published in a registry of their own."""

from __future__ import annotations

import base64
import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html import unescape
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit import config
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from recsys.registry import Registry, bundle
from recsys.settings import REPOSITORY
from recsys.training import jobs
from recsys.training.jobs import JobStatus
from recsys.ui.common import model_cache, pickers, version_rows


@pytest.fixture(scope="session", autouse=True)
def installed_components():
    """Streamlit looks for components among the installed packages once, and not again for every app."""
    with pytest.MonkeyPatch.context() as patched:
        scan = manifest_scanner.scan_component_manifests
        patched.setattr(manifest_scanner, "scan_component_manifests", cache(scan))
        yield


@pytest.fixture(autouse=True)
def no_garbage_collection(monkeypatch):
    """A server that has loaded a model looks at every object once; tests load hundreds of models."""
    nothing = SimpleNamespace(unfreeze=lambda: None, collect=lambda: None, freeze=lambda: None)
    monkeypatch.setattr(model_cache, "gc", nothing)


@pytest.fixture(scope="session", autouse=True)
def models_parsed_once():
    """The same bytes of a model are parsed once, not once a test; they are still read and verified each time."""
    parse, parsed = bundle._recommender, {}

    def parsed_once(contents, manifest):
        key = json.dumps(manifest, sort_keys=True)  # with the sha256 of each file
        if key not in parsed:
            parsed[key] = parse(contents, manifest)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bundle, "_recommender", parsed_once)
        yield


@pytest.fixture(autouse=True)
def typed_options(monkeypatch):
    """AppTest sends options only; a browser also sends what was typed, where new options are accepted."""
    known = Selectbox._widget_state

    def widget_state(selectbox: Selectbox) -> WidgetState:
        if not (selectbox.proto.accept_new_options and isinstance(selectbox.value, str)):
            return known.fget(selectbox)
        return WidgetState(id=selectbox.id, string_value=selectbox.value)

    monkeypatch.setattr(Selectbox, "_widget_state", property(widget_state))


@pytest.fixture(autouse=True)
def clean_streamlit():
    """Clear the caches, which belong to the process, and show errors in full."""
    st.cache_resource.clear()
    st.cache_data.clear()
    config.set_option("client.showErrorDetails", "full")


@pytest.fixture(autouse=True)
def started_jobs(monkeypatch):
    """The options of each job that a page would have started; no page test starts a real one."""
    started = []
    monkeypatch.setattr(jobs, "start", lambda **options: started.append(options) or jobs.JobStatus("running"))
    monkeypatch.setattr(jobs.launcher, "_spawn", lambda *_: pytest.fail("a page started a training"))
    return started


@pytest.fixture(scope="session")
def measured_model(tiny, tiny_model, tiny_report):
    """The tiny world's model with a report, ready to publish."""
    data = {"name": "tiny", "ratings": len(tiny.ratings), "movies": len(tiny.movies), "users": 60}
    return replace(tiny_model, report=tiny_report, manifest={"data": data, "seconds": 3.0})


@pytest.fixture(scope="session")
def published(measured_model, tmp_path_factory):
    """A registry whose only version is the tiny model, and that version."""
    registry = Registry(tmp_path_factory.mktemp("published") / "models")
    registry.publish(measured_model)
    return registry.folder, registry.load_active().recommender


@pytest.fixture
def served(published, own_registry):
    """The tiny model, active in this test's registry."""
    folder, recommender = published
    shutil.copytree(folder, own_registry, dirs_exist_ok=True)
    return recommender


@pytest.fixture
def owner():
    """A server that only this machine can reach, so that the visitor is its owner."""
    yield from _listening("127.0.0.1")


@pytest.fixture
def visitor():
    """A server that others can reach, so that visitors are not its owner."""
    yield from _listening(None)


def _listening(address: str | None) -> Iterator[None]:
    previous = config.get_option("server.address")
    config.set_option("server.address", address)
    yield
    config.set_option("server.address", previous)


@pytest.fixture
def job(monkeypatch):
    """A function that sets the status of the job."""

    def set_status(**values):
        status = JobStatus(**{"updated": time.time(), "started": time.time() - 50} | values)
        monkeypatch.setattr(jobs, "status", lambda *_: status)

    return set_status


def open_app() -> AppTest:
    """The app, not yet run."""
    return AppTest.from_file(str(REPOSITORY / "streamlit_app.py"), default_timeout=20)


def home() -> AppTest:
    """Home after its first run, which must not raise."""
    app = open_app().run()
    assert not app.exception, app.exception
    return app


def predict(**query: object) -> AppTest:
    """Predict, opened by a URL with these parameters."""
    return open_page("pages/predict.py", **query)


def recommend(**query: object) -> AppTest:
    """Recommend as a table, opened by a URL with these parameters."""
    return open_page("pages/recommend.py", {"list_as_table": True}, **query)


def name_of(version: str) -> str:
    """The name of a version on the pages."""
    return version_rows.names()[version]


def evaluate(section: str | None = None, **query: object) -> AppTest:
    """One section of Evaluate, opened by a URL."""
    return open_page("pages/evaluate.py", **({"section": section} if section else {}), **query)


def open_page(page: str, state: dict[str, object] | None = None, **query: object) -> AppTest:
    """A page, opened by a URL with these parameters in a session with this state; its run must not raise."""
    app = open_app()
    for name, value in (state or {}).items():
        app.session_state[name] = value
    app.switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def text_of(app: AppTest) -> str:
    """The text of a page as a reader sees it: escapes, joiners and Markdown marks resolved."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "success", "warning", "info", "error", "text")
    elements = [element for kind in kinds for element in app.get(kind)]
    raw_texts = [f"{getattr(element.proto, 'title', '')} {element.value}" for element in elements]
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", " ".join(raw_texts).replace("\u2060", "")).replace("**", "")
    text = " ".join([text, *(_visible(element.proto.body) for element in app.get("html"))])
    return text.replace("\u00a0", " ").replace("  \n", " ")


def _visible(html: str) -> str:
    """The text of HTML without its style sheets and tags."""
    return unescape(re.sub(r"<style>.*?</style>|<[^>]*>", "", html, flags=re.S))


def selected(app: AppTest, name: str) -> str:
    """What the picker of this name shows: an id, `you`, or refused text; the field shows the same."""
    text, field = app.session_state[f"{name}_text"], app.selectbox(key=f"{name}_field").value
    assert text == ("" if field is None else pickers.id_text(field) if isinstance(field, int) else field)
    return text


def cards(app: AppTest, key: str = "list") -> list[int]:
    """Movie ids of the cards of a list, in their order."""
    keys = [button.key or "" for button in app.button]
    return [int(match.group(1)) for name in keys if (match := re.fullmatch(rf"{key}_rate_(\d+)", name))]


def chart(app: AppTest, alt: str) -> dict:
    """Plotly specification of the chart whose text alternative starts with `alt`, which is added to it."""
    (chart_proto,) = [element.proto for element in app.get("plotly_chart") if element.proto.alt.startswith(alt)]
    return json.loads(chart_proto.spec, object_hook=_unpacked) | {"alt": chart_proto.alt}


def _unpacked(entry: dict) -> object:
    """Plotly sends arrays as base64."""
    if "bdata" not in entry:
        return entry
    shape = [int(size) for size in str(entry.get("shape", -1)).split(",")]
    return np.frombuffer(base64.b64decode(entry["bdata"]), entry["dtype"]).reshape(shape).tolist()


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The static table that has such a column."""
    (value,) = [element.value for element in app.table if column in element.value]
    return value


def signed(value: float) -> str:
    """Three digits with a sign, a true minus; none for what rounds to 0."""
    return "0.000" if abs(value) < 0.0005 else f"{value:+.3f}".replace("-", "−")


def metrics(app: AppTest) -> dict[str, str]:
    """Label to value of every metric on the page."""
    return {metric.label: metric.value for metric in app.metric}
