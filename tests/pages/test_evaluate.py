"""Every number on Evaluate is recomputed from what the bundle stores."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score, log_loss, mean_absolute_error

import recsys
from recsys.data import Dataset
from recsys.evaluation import paired_differences
from recsys.evaluation import report as report_of
from recsys.evaluation.audit import TITLES
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.dislikes import Dislikes
from recsys.evaluation.group_biases import bias_sentence, biases
from recsys.evaluation.group_gaps import gap_sentence, gaps
from recsys.evaluation.importance import by_extractor, importance
from recsys.evaluation.slices import SMALL_ROWS, SMALL_USERS
from recsys.evaluation.user_error import UserError
from recsys.glossary import counted, extractor_name, feature_name, metric, model_name
from recsys.metrics.probability import chance_calibration_error
from recsys.model_card import facts, page
from recsys.registry import Registry
from recsys.ui.common.metric_cards import sets_sentence
from recsys.ui.common.paired_text import with_interval
from recsys.ui.common.user_accuracy import VERDICTS
from recsys.ui.evaluate.audit import METHODS
from recsys.ui.evaluate.card import as_html, as_json
from recsys.ui.evaluate.ranking import ranker_table
from recsys.ui.evaluate.sections import FORMER_NAMES, SECTIONS
from tests.conftest import TINY_SETTINGS, slices_of, tiny_frames
from tests.pages.conftest import chart, evaluate, metrics, name_of, signed, table, text_of

if TYPE_CHECKING:
    from recsys.ui.evaluate.view import ReportView


@pytest.fixture
def rows(served):
    """The held-out rows with the model's predictions, computed by hand."""
    held_out, stars = served.report.held_out, np.array(served.stars)
    probabilities = held_out[[name for name in held_out if name.startswith("p_")]].to_numpy()
    return held_out.assign(
        decided=stars[probabilities.argmax(1)], expected=probabilities @ stars, sure=probabilities.max(1)
    )


def test_the_headline_is_recomputed_from_the_held_out_rows(served, rows):
    app = evaluate()
    metric_texts, truth = metrics(app), rows["rating"]
    assert app.title[0].value == "Evaluate"
    assert metric_texts["Accuracy"] == f"{100 * accuracy_score(truth, rows['decided']):.1f}%"
    kappa = cohen_kappa_score(truth, rows["decided"], weights="quadratic", labels=served.stars)
    assert metric_texts["Weighted kappa"] == f"{kappa:.3f}"
    assert metric_texts["RMSE"] == f"{np.sqrt(((truth - rows['expected']) ** 2).mean()):.3f}"
    assert metric_texts["MAE"] == f"{mean_absolute_error(truth, rows['expected']):.3f}"
    probabilities = rows[[f"p_{star:g}" for star in served.stars]].to_numpy()
    assert metric_texts["Log-loss"] == f"{log_loss(truth.astype(str), probabilities):.3f}"
    assert metric_texts["NDCG@10"] == f"{served.report.value('ndcg@10'):.3f}"
    text = text_of(app)
    assert f"On {len(rows):,} ratings it has never seen" in text
    baseline_values = {model: served.report.value("accuracy", model) for model in served.report.baselines}
    strongest_name = max(baseline_values, key=lambda model: baseline_values[model])
    best = 100 * baseline_values[strongest_name]
    baseline_note = f"(best baseline, {model_name(strongest_name).lower()}: {best:.1f}%)"
    assert f"{100 * served.report.value('accuracy'):.1f}% exactly right {baseline_note}" in text


@pytest.mark.parametrize("name", ["accuracy", "rmse", "log_loss", "ndcg@10"])
def test_every_card_has_its_baselines_interval_and_n(served, name):
    report, entry, text = served.report, metric(name), text_of(evaluate())
    row = report.row(name)
    assert f"95% interval {entry.write_interval(row['low'], row['high'])}, {row['n']:,} {counted(name)}" in text
    assert "with users and movies as random samples" in text
    assert "do not include the variance of training with another seed" in text
    models = ["popularity"] if "@" in name else ["majority"] if name == "log_loss" else ["majority", "bias"]
    titles = {"popularity": "Popular", "majority": "Most common star", "bias": "User and movie averages"}
    for model in models:
        assert f"{entry.write(report.value(name, model))} {titles[model]}" in text


def test_a_card_s_gain_is_over_the_strongest_baseline_of_the_report(measured_model):
    report = measured_model.report
    close_baseline = report.table[report.table["model"] == "model"].assign(model="original")
    close_baseline["value"] -= 0.001
    others = report.table[report.table["model"] != "original"]
    new_report = replace(report, table=pd.concat([others, close_baseline]))
    Registry().publish(replace(measured_model, report=new_report))
    app = evaluate()
    gains = {card.label: card.delta for card in app.metric}
    assert gains["Accuracy"] == metric("accuracy").write_difference(0.001)
    assert f"{metric('rmse').write(report.value('rmse') - 0.001)} Original model" in text_of(app)
    assert "Original model: the features and trees" in text_of(app)


def test_a_random_model_is_worse_than_its_baselines(measured_model):
    report = measured_model.report
    random_probabilities = np.random.default_rng(0).dirichlet(np.ones(len(report.stars)), len(report.held_out))
    predictions = {"model": Predictions.of_probabilities(random_probabilities, report.stars), **report.baselines}
    random_report = report_of(report.held_out, predictions, report.stars, "stratified")
    Registry().publish(replace(measured_model, report=random_report))
    app = evaluate("Baselines")
    losses = {card.label: card.delta for card in app.metric}
    assert losses["Accuracy"].startswith("-")
    assert all(losses[name].startswith("+") for name in ("RMSE", "MAE", "Log-loss"))
    assert "significantly worse in" in text_of(app)


def test_the_confusion_matrix_is_recomputed(served, rows):
    app = evaluate("Confusion matrix")
    counts = pd.crosstab(rows["rating"], rows["decided"]).reindex(served.stars, fill_value=0)
    counts = counts.reindex(columns=served.stars, fill_value=0)
    shares = counts.div(counts.sum(axis="columns"), axis=0)
    heatmap = chart(app, "Confusion matrix")["data"][0]
    assert np.array(heatmap["z"], float) == pytest.approx(shares.to_numpy())
    app.segmented_control(key="evaluate_cells").set_value("Counts").run()
    assert np.array(chart(app, "Confusion matrix")["data"][0]["z"]) == pytest.approx(counts.to_numpy())
    assert f"actual {served.stars[0]:g}: {counts.iloc[0, 0]:,} predicted as" in chart(app, "Confusion matrix")["alt"]


def test_a_cell_lists_its_ratings(served, rows):
    app = evaluate("Confusion matrix")
    actual, predicted = (app.selectbox(key=f"evaluate_{name}") for name in ("actual", "predicted"))
    actual.set_value(5.0)
    predicted.set_value(4.0).run()
    cell_rows = rows[(rows["rating"] == 5) & (rows["decided"] == 4)].sort_values("sure", ascending=False)
    table = app.dataframe[0].value
    assert len(table) == len(cell_rows) > 3
    assert table["Probability"].tolist() == pytest.approx(cell_rows["sure"].round(2).tolist())
    titles = served.movies.set_index("movie_id")["display"]
    first = table.iloc[0]
    pair = cell_rows[(cell_rows["user_id"] == first["User"]) & (cell_rows["movie_id"].map(titles) == first["Movie"])]
    assert pair["expected"].item() == pytest.approx(first["Expected"])
    assert f"{len(cell_rows):,} of {(rows['rating'] == 5).sum():,} true 5 ★ ratings were predicted as 4 ★" in text_of(
        app
    )


def test_the_metrics_of_each_star_are_scikit_learn_s(served, rows):
    app = evaluate("Per star")
    bars = chart(app, "Bar chart of F1")["data"][0]
    expected = f1_score(rows["rating"], rows["decided"], labels=served.stars, average=None)
    assert dict(zip(bars["x"], bars["y"], strict=True)) == pytest.approx(
        {f"{star:g} ★": value for star, value in zip(served.stars, expected, strict=True)}
    )
    shares = {bar["name"]: bar["y"] for bar in chart(app, "Bar chart of how often each star")["data"]}
    assert shares["Actual"] == pytest.approx([(rows["rating"] == star).mean() for star in served.stars])
    assert shares["Predicted"] == pytest.approx([(rows["decided"] == star).mean() for star in served.stars])
    assert shares["Mean probability"] == pytest.approx([rows[f"p_{star:g}"].mean() for star in served.stars])


def test_reliability_and_calibration_error_are_recomputed(served, rows):
    app = evaluate("Calibration")
    points = chart(app, "Calibration curve")["data"][1]
    bins = rows.assign(right=rows["rating"] == rows["decided"]).groupby(np.ceil(rows["sure"] * 10))
    assert points["x"] == pytest.approx(bins["sure"].mean().tolist())
    assert points["y"] == pytest.approx(bins["right"].mean().tolist())
    gap = (bins["right"].mean() - bins["sure"].mean()).abs() @ bins.size() / len(rows)
    assert app.table[0].value.loc["Calibration error", "This model"] == f"{100 * gap:.1f}%"
    assert f"the probability of the predicted star is {100 * gap:.1f}% off" in text_of(app)
    app.pills(key="evaluate_reliability").set_value("5 ★").run()
    fives = rows.groupby(np.ceil(rows["p_5"] * 10))
    assert chart(app, "Calibration curve of the probability of 5")["data"][1]["x"] == pytest.approx(
        fives["p_5"].mean().tolist()
    )


def test_errors_by_expected_rating_are_recomputed(served, rows):
    app = evaluate("Calibration")
    lines = {line["name"]: line for line in chart(app, "Line chart of the mean absolute error")["data"]}
    order = np.argsort(rows["expected"].to_numpy(), kind="stable")
    lowest = order[: -(-len(order) // 10)]
    truth = rows["rating"].to_numpy()[lowest]
    expected, bias = rows["expected"].to_numpy()[lowest], served.report.predicted("bias").expected[lowest]
    assert lines["This model"]["y"][0] == pytest.approx(np.abs(truth - expected).mean())
    assert lines["User and movie averages"]["y"][0] == pytest.approx(np.abs(truth - bias).mean())
    assert lines["This model"]["x"][0] == pytest.approx(expected.mean())


@pytest.mark.parametrize("baseline", ["User and movie averages", "Most common star"])
def test_gains_are_paired_differences(served, baseline):
    app, report = evaluate("Baselines"), served.report
    app.segmented_control(key="baseline").set_value(baseline).run()
    name = {"User and movie averages": "bias", "Most common star": "majority"}[baseline]
    pairs = paired_differences(report.held_out, report.predicted(), report.predicted(name), report.stars).set_index(
        ["metric", "slice"]
    )
    points = chart(app, f"Improvement over {baseline}")["data"][0]
    gain = dict(zip(points["y"], points["x"], strict=True))
    words = dict(zip(points["y"], points["customdata"], strict=True))
    for metric_name in ("accuracy", "mae"):
        entry, row = metric(metric_name), pairs.loc[(metric_name, "all")]
        sign = 1 if metric_name == "accuracy" else -1
        assert gain[entry.label] == pytest.approx(sign * row["difference"] / report.value(metric_name, name))
        assert words[entry.label].startswith(entry.write_difference(row["difference"]))
    assert ("Log-loss" in gain) == (name == "majority"), "averages give no probabilities"
    assert "Weighted kappa" not in gain or name == "bias"


def test_list_metrics_are_beside_the_popularity_baseline(served):
    app, report = evaluate("Lists"), served.report
    model_trace, popularity_trace = chart(app, "Ranking metrics")["data"]
    assert dict(zip(model_trace["y"], model_trace["x"], strict=True))["MAP@10"] == pytest.approx(report.value("map@10"))
    assert dict(zip(popularity_trace["y"], popularity_trace["x"], strict=True))["MAP@10"] == pytest.approx(
        report.value("map@10", "popularity")
    )
    list_metrics = table(app, "Popular")
    assert list_metrics.loc["Coverage", "This model"] == f"{100 * report.value('coverage@10'):.1f}%"
    assert list_metrics.loc["Diversity", "Popular"] == f"{report.value('diversity@10', 'popularity'):.3f}"
    assert f"for the {report.row('ndcg@10')['n']:,} users" in text_of(app)
    curve = report.trade_off_curve.set_index(["ranker", "popularity", "diversity", "metric"])["value"]
    rankers = table(app, "NDCG@10 less Popular's")
    assert rankers.loc["Personal", "NDCG@10"] == f"{curve['personal', 0, 0, 'ndcg']:.3f}"
    assert rankers.loc["Hidden gems", "Coverage"] == f"{100 * curve['gems', 0, 0, 'coverage']:.1f}%"
    (users,) = report.trade_off_curve.query("metric == 'ndcg'")["n"].unique()
    assert f"for the same {users:,} users" in text_of(app)
    assert f"here it is over {users:,} lists each" in text_of(app)
    personal = report.trade_off_curve.query(
        "ranker == 'personal' and popularity == 0 and diversity == 0 and metric == 'ndcg'"
    ).iloc[0]
    gain = curve["personal", 0, 0, "ndcg"] - curve["popular", 0, 0, "ndcg"]
    assert personal["difference"] == pytest.approx(gain)
    shown = f"{signed(gain)} ({signed(personal['low'])} to {signed(personal['high'])})"
    assert rankers.loc["Personal", "NDCG@10 less Popular's"].removesuffix(", no more than chance") == shown
    assert rankers.loc["Popular", "NDCG@10 less Popular's"] == "–"


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((-0.0057, 0.0027), "−0.002 (−0.006 to +0.003), no more than chance"),
        ((-0.0057, -0.001), "−0.002 (−0.006 to −0.001)"),
        ((float("nan"), float("nan")), "–"),
    ],
)
def test_a_difference_within_chance_says_so(ends, text):
    assert with_interval(-0.0015, *ends) == text


def test_rankers_of_older_reports_are_compared_on_the_same_users_only(served):
    """These measured the slow rankers on fewer users, whose popular lists may be better or worse."""
    curve = served.report.trade_off_curve.copy()
    curve[["difference", "low", "high"]] = np.nan
    curve.loc[curve["ranker"].isin(["expected", "gems"]), "n"] -= 1
    older = SimpleNamespace(report=replace(served.report, trade_off_curve=curve))
    rankers = ranker_table(cast("ReportView", older))
    assert list(rankers.index) == ["Personal", "Popular"]
    assert set(rankers["NDCG@10 less Popular's"]) == {"–"}


def test_groups_are_means_over_their_rows(served, rows):
    app = evaluate("By group")
    app.selectbox(key="evaluate_grouping").set_value("gender")
    app.selectbox(key="evaluate_metric").set_value("mae").run()
    women = rows[rows["user_id"] % 2 == 0]
    points = [trace for trace in chart(app, "MAE by gender")["data"] if "error_x" in trace]
    value_by_group = {label: value for trace in points for label, value in zip(trace["y"], trace["x"], strict=True)}
    assert value_by_group["Women"] == pytest.approx(np.abs(women["rating"] - women["expected"]).mean())
    assert (
        f"Women: {value_by_group['Women']:.3f}, {len(women):,} ratings, too few" in chart(app, "MAE by gender")["alt"]
    )
    bias = served.report.predicted("bias").expected[rows["user_id"] % 2 == 0]
    (marks,) = [trace for trace in chart(app, "MAE by gender")["data"] if trace["name"] == "User and movie averages"]
    assert dict(zip(marks["y"], marks["x"], strict=True))["Women"] == pytest.approx(
        np.abs(women["rating"] - bias).mean()
    )
    assert "No two groups have enough ratings to compare." in text_of(app)


@pytest.mark.parametrize("level", [0.0, 1.1])
def test_gaps_beyond_chance_are_named(served, monkeypatch, level):
    monkeypatch.setattr("recsys.evaluation.slices.SMALL_ROWS", 20)
    monkeypatch.setattr("recsys.evaluation.group_gaps.LEVEL", level)
    table = gaps(served.report, served.interactions, served.catalogue, served.features.vocabulary)
    sentence = gap_sentence(table.to_dict("records"), "accuracy")
    assert sentence.startswith("Beyond chance, Accuracy is higher for" if level else "No gap in Accuracy")
    app = evaluate("By group")
    assert sentence in text_of(app)
    assert ("Beyond chance, RMSE is higher for" in text_of(app)) == bool(level), "gaps in other metrics are named too"
    women = slices_of(served).query("slice == 'gender' and group == 'F' and metric == 'accuracy' and model == 'model'")
    app.selectbox(key="evaluate_grouping").set_value("gender").run()
    half_width = 100 * (women["high"] - women["value"]).item()
    assert (
        f"Women: {women['value'].item():.1%} ± {half_width:.1f}, {women['n'].item():,} ratings"
        in chart(app, "Accuracy by gender")["alt"]
    )


@pytest.mark.parametrize("level", [0.0, 1.1])
def test_groups_with_a_bias_beyond_chance_are_named(served, monkeypatch, level):
    monkeypatch.setattr("recsys.evaluation.slices.SMALL_ROWS", 20)
    monkeypatch.setattr("recsys.evaluation.group_biases.LEVEL", level)
    table = biases(served.report, served.interactions, served.catalogue, served.features.vocabulary)
    app = evaluate("By group")
    app.selectbox(key="evaluate_metric").set_value("confidence_gap").run()
    sentence = bias_sentence(table.to_dict("records"), "confidence_gap")
    assert sentence.startswith(
        "Beyond chance, the model is too" if level else "For no group is the model too confident"
    )
    assert sentence in text_of(app)
    assert "No gap in" not in text_of(app)


def test_small_groups_are_faded(served):
    app, table = evaluate("By group"), slices_of(served)
    app.selectbox(key="evaluate_grouping").set_value("decade").run()
    faded_groups = {label for trace in chart(app, "Accuracy by decade")["data"] if trace.get("opacity", 1) < 1
            for label in trace["y"]}  # fmt: skip
    accuracy_rows = table[(table["slice"] == "decade") & (table["metric"] == "accuracy") & (table["model"] == "model")]
    assert faded_groups == set(
        accuracy_rows.loc[(accuracy_rows["n"] <= SMALL_ROWS) | (accuracy_rows["users"] < SMALL_USERS), "group"]
    )
    assert faded_groups


def test_the_errors_of_one_user_are_recomputed(served, rows):
    user = rows["user_id"].value_counts().index[0]
    app, user_rows = evaluate("By group", user=user), rows[rows["user_id"] == user]
    strongest_name = min(served.report.baselines, key=lambda name: served.report.value("mae", name))
    baseline_expected = served.report.predicted(strongest_name).expected[(rows["user_id"] == user).to_numpy()]
    metric_texts = metrics(app)
    assert metric_texts["Test ratings"] == f"{len(user_rows)}"
    assert metric_texts["MAE of the model"] == f"{np.abs(user_rows['rating'] - user_rows['expected']).mean():.3f}"
    assert metric_texts["MAE of the baseline"] == f"{np.abs(user_rows['rating'] - baseline_expected).mean():.3f}"
    assert f"Baseline: {model_name(strongest_name).lower()}, the best in this metric" in text_of(app)
    assert VERDICTS[UserError.of(served.report, user).verdict] in text_of(app)
    assert "There is no user 999" in text_of(evaluate("By group", user=999))


def test_the_learning_curve_and_importances_are_the_package_s(served):
    app, curve = evaluate("Features"), served.report.curve
    lines = chart(app, "Line chart of the log-loss")["data"]
    for line, (_, curve_rows) in zip(lines, curve.groupby("rows", sort=False), strict=True):
        assert line["y"] == pytest.approx(curve_rows["value"].tolist())
    last_row = curve[curve["rows"] == "kept back"].iloc[-1]
    assert f"{last_row['value']:.3f} on {last_row['n']:,} validation ratings" in text_of(app)
    values = curve.loc[curve["rows"] == "kept back", "value"].tolist()
    gain = metric("log_loss").write_difference(values[-1] - values[0], finer=1)
    assert f"There the trees change the regression's log-loss by {gain}." in text_of(app)
    table = importance(served.model, served.features)
    bars = chart(app, "Bar chart of the importance of features")["data"][0]
    assert bars["x"] == pytest.approx(table["linear"].head(15).tolist())
    assert bars["y"][0] == feature_name(table["feature"][0])
    extractors = chart(app, "Bar chart of the importance of feature groups")["data"][0]
    assert extractors["x"] == pytest.approx(
        table.groupby("extractor")["linear"].sum().sort_values(ascending=False).tolist()
    )
    assert extractors["y"][0] == extractor_name(by_extractor(table)["extractor"][0])


def test_the_audit_shows_its_measurements(served):
    app, text = evaluate("Leakage"), text_of(evaluate("Leakage"))
    checks = served.report.audit
    assert len(checks) >= 5
    assert f"Leakage audit: {len(checks)} of {len(checks)} checks passed." in text
    for row in checks.itertuples():
        assert f"Passed · {TITLES[row.check]}" in text
        assert METHODS[row.check] in text
        assert row.measured in text
    assert not app.error


def test_a_failed_audit_is_an_error_on_every_section(measured_model):
    audit = measured_model.report.audit.copy()
    audit.loc[1, ["passed", "found", "measured"]] = [False, 7, "7 of 9 rows of features changed."]
    Registry().publish(replace(measured_model, report=replace(measured_model.report, audit=audit)))
    for section in ("Confusion matrix", "Leakage"):
        app = evaluate(section)
        assert "do not trust the metrics" in app.error[0].proto.title
        assert "7 of 9 rows of features changed." in text_of(app)
    assert f"Failed · {TITLES[audit.loc[1, 'check']]}" in text_of(app)


def test_a_missing_audit_is_reported(measured_model):
    empty_audit = measured_model.report.audit.iloc[:0]
    Registry().publish(replace(measured_model, report=replace(measured_model.report, audit=empty_audit)))
    assert "The leakage audit was not run" in text_of(evaluate())


def test_versions_against_each_other(served, measured_model):
    scaled_report = replace(
        measured_model.report, table=measured_model.report.table.assign(value=lambda table: table["value"] * 0.9)
    )
    first = served.version
    second = Registry().publish(
        replace(measured_model, report=scaled_report, manifest={**measured_model.manifest, "seconds": 9.0})
    )
    app = evaluate("Versions")
    app.selectbox(key="evaluate_up").set_value("ndcg@10").run()
    scatter = chart(app, "Scatter chart of versions")
    points = {trace["name"]: (trace["x"], trace["y"]) for trace in scatter["data"]}
    ndcg = served.report.value("ndcg@10")
    assert points["Live version"] == ([9.0], [pytest.approx(0.9 * ndcg)])
    assert points["Other versions"] == ([3.0], [pytest.approx(ndcg)])
    popularity = 0.9 * served.report.value("ndcg@10", "popularity")
    assert f"NDCG@10 (higher is better; popular {popularity:.3f})" in scatter["alt"]
    rows = app.dataframe[0].value.set_index("Version")
    assert rows.loc[name_of(first), "Accuracy"] == f"{100 * served.report.value('accuracy'):.1f}%"
    assert rows.loc[f"{name_of(second)} (live)", "Training time"] == "9 s"
    size = sum(file.stat().st_size for file in (Registry().folder / first).iterdir()) / 1e6
    assert rows.loc[name_of(first), "Size"] == f"{size:.1f} MB"


def test_a_damaged_version_is_named_and_the_others_are_shown(served, measured_model, own_registry):
    Registry().publish(measured_model)
    report_file = own_registry / served.version / "report.json"
    report_file.write_bytes(report_file.read_bytes()[:-9])
    app = evaluate("Versions")
    assert f"{name_of(served.version)}: report.json of {served.version} is damaged" in text_of(app)
    assert "Only one version so far" in text_of(app)
    assert len(app.dataframe[0].value) == 1


@pytest.mark.parametrize("section", ["Per star", "Calibration", "Baselines", "Lists", "By group"])
def test_every_metric_is_explained_with_its_formula(served, section):
    text = text_of(evaluate(section))
    assert "÷" in text
    assert "Higher is better." in text or "Lower is better." in text


def test_every_chart_has_a_text_alternative(served):
    for section in set(SECTIONS) - {"Leakage", "Versions"}:  # one version has no chart
        charts = evaluate(section).get("plotly_chart")
        assert charts
        assert all(len(element.proto.alt) > 40 for element in charts)


def test_an_unknown_section_in_the_url_opens_the_first(served):
    assert chart(evaluate("Nonsense"), "Confusion matrix")


@pytest.mark.parametrize(("former", "name"), FORMER_NAMES.items())
def test_a_shared_link_to_a_section_s_former_name_opens_it(served, former, name):
    app = evaluate(former)
    assert app.pills(key="section").value == name
    assert app.query_params["section"] == name
    assert "ignored" not in text_of(app)
    app.pills(key="section").set_value("Versions").run()
    assert app.pills(key="section").value == "Versions"


def test_without_a_report_no_metric_is_shown(tiny_model):
    Registry().publish(tiny_model)
    app = evaluate()
    assert "no evaluation report" in text_of(app)
    assert not app.metric
    assert not app.get("plotly_chart")


def test_the_model_card_is_the_package_s_and_made_on_demand(served, monkeypatch):
    calls = []
    monkeypatch.setattr("recsys.model_card.facts", lambda recommender, later: calls.append(recommender))
    buttons = {button.proto.label: button.proto for button in evaluate().get("download_button")}
    assert set(buttons) == {"Download as HTML", "Download as JSON"}
    assert calls == []
    monkeypatch.undo()
    card_facts = facts(served)
    assert as_html(served).decode() == page(card_facts)
    assert json.loads(as_json(served)) == json.loads(json.dumps(card_facts))
    assert served.version in as_html(served).decode()


@pytest.mark.slow
def test_half_stars_and_users_without_demographics():
    ratings, movies, _ = tiny_frames()
    ratings["rating"] = ratings["rating"] / 2 + (ratings["movie_id"] % 3 == 0) * 0.5
    dataset = Dataset.from_frames(ratings, movies, name="halves")
    model = recsys.train(dataset, "quick", **TINY_SETTINGS)
    report = recsys.evaluate(dataset, preset="quick", **TINY_SETTINGS)
    Registry().publish(replace(model, report=report, manifest={"data": {"name": "halves"}}))
    for section in SECTIONS:
        assert not evaluate(section).error
    assert chart(evaluate("Per star"), "Bar chart of F1")["data"][0]["x"] == [f"{star:g} ★" for star in dataset.stars]
    assert "0.5 ★" in chart(evaluate("Per star"), "Bar chart of F1")["data"][0]["x"]
    assert "gender" not in evaluate("By group").selectbox(key="evaluate_grouping").options


def test_dislikes_have_their_misses_their_curve_and_their_calibration(served):
    app, dislikes = evaluate("Per star"), Dislikes.of(served.report)
    assert dislikes is not None
    text = text_of(app)
    misses = f"{dislikes.missed:.1%} of {dislikes.ratings:,} held-out ratings of 2 ★ or less"
    assert f"{misses} were predicted as 4 ★ or more" in text
    assert f"Average precision {dislikes.average_precision:.3f}" in text
    assert f"chance: {dislikes.share:.3f}; best baseline, " in text
    assert f"Calibration error {dislikes.calibration_error:.1%}; chance alone gives about" in text
    curve = chart(app, "Precision-recall curve of ratings of 2 ★ or less against all others")["data"][1]
    assert curve["name"] == "Ratings of 2 ★ or less"


def test_calibration_has_signed_gaps_and_what_chance_gives(served):
    probabilities = served.report.predicted().require_probabilities()
    gap = probabilities.max(axis=1).mean() - served.report.value("accuracy")
    text = text_of(evaluate("Calibration"))
    assert f"In sum the model is {100 * abs(gap):.1f} points too {'confident' if gap > 0 else 'cautious'}." in text
    assert f"Chance alone gives about {chance_calibration_error(probabilities.max(axis=1)):.1%} for" in text


def test_the_likely_range_is_told_with_its_least_covered_star(served):
    rows = served.report.table.query("metric == 'set_coverage' and model == 'model'").set_index("slice")["value"]
    least = rows.drop("all").dropna().min()
    assert f", and of no star less than {least:.1%}. The same" in sets_sentence(served.report)
