"""Cost of one click: a list is computed once, and what depends only on the model once for all clicks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import streamlit as st

from recsys.evaluation.user_error import UserError
from recsys.serving.recommender import Recommender
from recsys.ui.common import user_accuracy
from recsys.ui.recommend import lists, trade_offs
from tests.pages.conftest import open_page, predict, recommend, text_of
from tests.pages.test_rate import stars_of


@pytest.fixture
def calls(monkeypatch) -> Counter:
    """Number of calls that compute lists, reasons, trade-offs and user errors."""
    counter: Counter = Counter()
    for module, name in ((lists, "top"), (lists, "named_reasons"), (UserError, "of"), (trade_offs.TradeOffs, "of")):
        monkeypatch.setattr(module, name, _counting(getattr(module, name), f"{module.__name__}.{name}", counter))
    return counter


def _counting(function, label, counter):
    def count(*args, **kwargs):
        counter[label] += 1
        return function(*args, **kwargs)

    return count


def test_a_click_on_recommend_computes_one_list(served, calls):
    app = recommend(user=3)
    once = {"UserError.of": 1, "TradeOffs.of": 2}  # trade-offs of the ranker and of the baseline
    assert calls == {"recsys.ui.recommend.lists.top": 1, "recsys.ui.recommend.lists.named_reasons": 1, **once}
    app.number_input(key="options_n").set_value(5).run()
    assert calls == {"recsys.ui.recommend.lists.top": 2, "recsys.ui.recommend.lists.named_reasons": 2, **once}
    app.run()
    assert calls["recsys.ui.recommend.lists.top"] == 2  # the same list is not computed again
    assert calls["recsys.ui.recommend.lists.named_reasons"] == 2
    predict(user=3, movie=7)
    assert calls["UserError.of"] == 1


def test_a_rating_computes_one_list(served, calls, monkeypatch):
    monkeypatch.setattr(Recommender, "recommend", lambda *_, **__: pytest.fail("the list was computed twice"))
    app = open_page("pages/rate.py")
    assert calls["recsys.ui.recommend.lists.top"] == 1  # the most rated movies
    stars_of(app, "rate_question").set_value(3).run()
    assert "From 1 rating." in text_of(app)
    assert calls["recsys.ui.recommend.lists.top"] == 2


def test_user_errors_are_cached_per_version(served, calls):
    user_accuracy.user_error_of(served, 3)
    user_accuracy.user_error_of(replace(served, manifest={**served.manifest, "version": "20990101-000000-abcdef"}), 3)
    assert calls["UserError.of"] == 2


@pytest.mark.parametrize(("option", "value"), [("server.fileWatcherType", "none"), ("runner.postScriptGC", False)])
def test_developer_options_are_off(option, value):
    assert st.get_option(option) == value


def test_the_rows_of_a_report_are_found_by_name(measured_model):
    report = measured_model.report
    for row in report.table.to_dict("records"):
        key = (row["metric"], row["model"], row["slice"])
        expected = report.table.query("metric == @key[0] and model == @key[1] and slice == @key[2]").iloc[0]
        assert report.row(*key).equals(expected)
    with pytest.raises(KeyError, match="no nothing of model on all"):
        report.row("nothing")
