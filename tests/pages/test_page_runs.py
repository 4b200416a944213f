"""What one click costs: everything is worked out once, and what only depends on the model once for all clicks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
import streamlit as st

from recsys.evaluation.user_error import UserError
from recsys.serving.recommender import Recommender
from recsys.ui.common import user_accuracy
from recsys.ui.recommend import lists, trade_offs
from tests.pages.conftest import opened, predict, recommend, said
from tests.pages.test_rate import stars_of


@pytest.fixture
def calls(monkeypatch) -> Counter:
    """Counts how often lists, reasons, prices and fits are worked out."""
    counted: Counter = Counter()
    for module, name in ((lists, "top"), (lists, "reasons"), (UserError, "of"), (trade_offs.TradeOffs, "of")):
        monkeypatch.setattr(module, name, _counted(getattr(module, name), f"{module.__name__}.{name}", counted))
    return counted


def _counted(real, label, counted):
    def count(*values, **named):
        counted[label] += 1
        return real(*values, **named)

    return count


def test_a_click_on_recommend_is_one_run(served, calls):
    app = recommend(user=3)
    once = {"UserError.of": 1, "TradeOffs.of": 2}  # prices of the ranker, and of the baseline
    assert calls == {"recsys.ui.recommend.lists.top": 1, "recsys.ui.recommend.lists.reasons": 1, **once}
    app.number_input(key="wish_n").set_value(5).run()
    assert calls == {"recsys.ui.recommend.lists.top": 2, "recsys.ui.recommend.lists.reasons": 2, **once}
    app.run()
    assert calls["recsys.ui.recommend.lists.reasons"] == 2  # the same list has the same reasons
    predict(user=3, movie=7)
    assert calls["UserError.of"] == 1


def test_rating_a_movie_works_out_one_list(served, calls, monkeypatch):
    monkeypatch.setattr(Recommender, "recommend", lambda *_, **__: pytest.fail("the list was worked out twice"))
    app = opened("pages/rate.py")
    assert calls["recsys.ui.recommend.lists.top"] == 1  # the best known movies
    stars_of(app, "rate_asked").set_value(3).run()
    assert "From your one rating." in said(app)
    assert calls["recsys.ui.recommend.lists.top"] == 2


def test_what_is_kept_belongs_to_one_version(served, calls):
    user_accuracy.fit_of(served, 3)
    user_accuracy.fit_of(replace(served, manifest={**served.manifest, "version": "20990101-000000-abcdef"}), 3)
    assert calls["UserError.of"] == 2


@pytest.mark.parametrize(("option", "value"), [("server.fileWatcherType", "none"), ("runner.postScriptGC", False)])
def test_no_session_pays_for_what_only_developers_need(option, value):
    assert st.get_option(option) == value


def test_the_rows_of_a_report_are_found_by_name(reported):
    report = reported.report
    for row in report.table.to_dict("records"):
        same = (row["metric"], row["model"], row["slice"])
        first = report.table.query("metric == @same[0] and model == @same[1] and slice == @same[2]").iloc[0]
        assert report.row(*same).equals(first)
    with pytest.raises(KeyError, match="no nothing of model on all"):
        report.row("nothing")
