"""Pages run for real, in process, over the tiny world's model published on a shelf of their own."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit import config
from streamlit.testing.v1 import AppTest

import recsys
from recsys.registry import Registry
from recsys.settings import REPOSITORY
from recsys.training import jobs
from recsys.training.jobs import JobStatus
from tests.conftest import TINY_SETTINGS


@pytest.fixture(autouse=True)
def clean_streamlit():
    """Caches are those of the process, so each test starts without; errors are shown in full."""
    st.cache_resource.clear()
    st.cache_data.clear()
    config.set_option("client.showErrorDetails", "full")


@pytest.fixture(autouse=True)
def no_child(monkeypatch):
    """No page test may start a training; what it would have started is listed."""
    started = []
    monkeypatch.setattr(jobs, "start", lambda **options: started.append(options) or jobs.JobStatus("running"))
    monkeypatch.setattr(jobs.launcher, "_spawn", lambda *_: pytest.fail("a page started a training"))
    return started


@pytest.fixture(scope="session")
def reported(tiny, tiny_model):
    """The tiny world's model with a report, ready to publish."""
    report = recsys.evaluate(tiny, preset="quick", **TINY_SETTINGS)
    data = {"name": "tiny", "ratings": len(tiny.ratings), "movies": len(tiny.movies), "users": 60}
    return replace(tiny_model, report=report, manifest={"data": data, "seconds": 3.0})


@pytest.fixture
def served(reported):
    """The tiny model as it answers from this test's shelf."""
    Registry().publish(reported)
    return Registry().load_active().recommender


@pytest.fixture
def owner():
    """A server of this machine alone, whose visitor is its owner."""
    yield from _listening("127.0.0.1")


@pytest.fixture
def visitor():
    """A server that others can reach, whose visitors are no owners."""
    yield from _listening(None)


def _listening(address: str | None) -> Iterator[None]:
    before = config.get_option("server.address")
    config.set_option("server.address", address)
    yield
    config.set_option("server.address", before)


@pytest.fixture
def job(monkeypatch):
    """Sets what the job says of itself."""

    def says(**values):
        status = JobStatus(**{"updated": time.time(), "started": time.time() - 50} | values)
        monkeypatch.setattr(jobs, "status", lambda *_: status)

    return says


def open_app() -> AppTest:
    """The app at its front door, not yet run."""
    return AppTest.from_file(str(REPOSITORY / "streamlit_app.py"), default_timeout=20)


def home() -> AppTest:
    """Home after its first run, which must not raise."""
    app = open_app().run()
    assert not app.exception, app.exception
    return app


def predict(**query: object) -> AppTest:
    """Predict, opened by an address with these parameters."""
    return opened("pages/predict.py", **query)


def recommend(**query: object) -> AppTest:
    """Recommend, opened by an address with these parameters."""
    return opened("pages/recommend.py", **query)


def evaluate(section: str | None = None, **query: object) -> AppTest:
    """Evaluate at one of its sections, opened by an address."""
    return opened("pages/evaluate.py", **({"section": section} if section else {}), **query)


def opened(page: str, **query: object) -> AppTest:
    """A page, opened by an address with these parameters; its run must not raise."""
    app = open_app()
    app.switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    """All words of a page as a reader sees them: escapes, joiners and Markdown marks resolved."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "success", "warning", "info", "error", "text")
    parts = [element for kind in kinds for element in app.get(kind)]
    texts = [f"{getattr(part.proto, 'title', '')} {part.value}" for part in parts]
    words = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", " ".join(texts).replace("\u2060", "")).replace("**", "")
    return words.replace("\u00a0", " ").replace("  \n", " ")


def chart(app: AppTest, alt: str) -> dict:
    """The chart whose text alternative starts with these words: its Plotly specification with `alt` added."""
    (found,) = [each.proto for each in app.get("plotly_chart") if each.proto.alt.startswith(alt)]
    return json.loads(found.spec, object_hook=_unpacked) | {"alt": found.alt}


def _unpacked(entry: dict) -> object:
    """Plotly sends arrays as base64."""
    if "bdata" not in entry:
        return entry
    shape = [int(size) for size in str(entry.get("shape", -1)).split(",")]
    return np.frombuffer(base64.b64decode(entry["bdata"]), entry["dtype"]).reshape(shape).tolist()


def table(app: AppTest, column: str) -> pd.DataFrame:
    """The static table that has such a column."""
    (found,) = [each.value for each in app.table if column in each.value]
    return found


def metrics(app: AppTest) -> dict[str, str]:
    """Label to value of every metric on the page."""
    return {metric.label: metric.value for metric in app.metric}
