"""Every metric of a report has an entry, and numbers have their format."""

from __future__ import annotations

import math
import re

import pytest

from recsys.config import TrainingConfig
from recsys.evaluation.importance import EXTRACTOR, FEATURE, importance
from recsys.evaluation.slices import slicings
from recsys.glossary import (
    HIGHER,
    LOWER,
    METRICS,
    NEITHER,
    feature_name,
    group_label,
    group_words,
    metric,
    setting_name,
    setting_value,
)
from recsys.glossary.entry import ZERO
from recsys.glossary.features import EXTRACTORS
from recsys.glossary.groups import GROUPINGS


def test_every_metric_of_a_report_is_described(tiny_report):
    names = set(tiny_report.table["metric"]) | set(tiny_report.trade_off_curve["metric"])
    assert len(names) > 20
    assert [name for name in names if not metric(name).sentence and not metric(f"{name}@10").sentence] == []


def test_each_entry_has_label_sentence_formula_and_direction():
    for name, entry in METRICS.items():
        assert entry.label, name
        assert entry.sentence.endswith("."), name
        assert entry.formula, name
        assert entry.better in (HIGHER, LOWER, NEITHER, ZERO), name
    assert len({entry.label for entry in METRICS.values()}) == len(METRICS)


def test_list_metrics_and_star_metrics_have_different_entries():
    assert metric("precision@10").sentence == metric("precision@5").sentence == METRICS["precision@n"].sentence
    assert (metric("precision@10").label, metric("ndcg@5").label) == ("Precision@10", "NDCG@5")
    assert metric("precision") == METRICS["precision"]
    assert metric("new").label == "new"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [("accuracy", 0.4789, "47.9%"), ("rmse", 0.86784, "0.868"), ("popularity_rank@10", 1234.56, "1,234.6")],
)
def test_values_as_text(name, value, text):
    assert metric(name).write(value) == text
    assert metric(name).write(math.nan) == "–"


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("accuracy", 0.072, "+7.2 points"),
        ("rmse", -0.0641, "−0.064"),
        ("rmse", -0.0001, "0.000"),
        ("mae", math.nan, "–"),
    ],
)
def test_differences_have_their_sign(name, value, text):
    assert metric(name).write_difference(value) == text


def test_metrics_around_0_have_their_sign():
    entry = metric("confidence_gap")
    assert (entry.write(0.0123), entry.write(-0.0123)) == ("+1.2 points", "−1.2 points")
    assert entry.write_interval(-0.005, 0.0123) == "−0.5 to +1.2 points"
    assert entry.write_with_half_width(-0.0123, 0.009) == "−1.2 ± 0.9 points"
    assert metric("mean_error").write_with_half_width(0.0423, 0.031) == "+0.042 ± 0.031"
    assert metric("accuracy").write_with_half_width(0.467, 0.009) == "46.7% ± 0.9"
    assert metric("rmse").write_interval(0.85, 0.87) == "0.850 – 0.870"


def test_small_differences_can_have_more_digits():
    assert metric("log_loss").write_difference(0.0007, finer=1) == "+0.0007"
    assert metric("accuracy").write_difference(-0.0007, finer=1) == "−0.07 points"


def test_every_feature_and_extractor_has_a_name_of_its_own(tiny_model):
    table = importance(tiny_model.model, tiny_model.features)
    assert set(table[EXTRACTOR]) == set(EXTRACTORS)
    genders = tiny_model.features.vocabulary.genders.tolist()
    names = [feature_name(identifier, genders) for identifier in table[FEATURE]]
    assert feature_name("gender_1", genders) == "Gender F"
    assert len(set(names)) == len(names), "bars of the same name would be one bar"
    assert not [name for name in names if "_" in name or "=" in name]
    assert feature_name("gp_over_5") == "Probability of at least 5 stars by taste"
    assert feature_name("user_share_1") == "How often the user gives 1 star"
    assert feature_name("new_one") == "new_one"


def test_settings_as_text():
    assert not [name for name in TrainingConfig().as_dict() if "_" in setting_name(name)]
    assert setting_name("genre_pca.variance") == "Genre PCA: share of variance kept"
    assert setting_name("gaussian_process.em_iterations") == "Gaussian process: EM iterations"
    assert setting_name("<b>") == "<b>"
    assert setting_value("ridge", 1000.0) == setting_value("ridge", 1000) == "1,000"
    assert setting_value("learning_rate", 0.06) == "0.06"
    assert setting_value("seed", 2**31 - 1) == "2,147,483,647"
    assert setting_value("disabled_features", "") == setting_value("split", None) == "–"
    assert (
        setting_value("disabled_features", "genre_pca,ease")
        == "Favourite genres (PCA); Which movies they choose (EASE)"
    )


def test_every_group_of_a_report_has_a_description(tiny_version):
    groups = {
        (slicing.name, group)
        for slicing in slicings(
            tiny_version.report, tiny_version.interactions, tiny_version.catalogue, tiny_version.features.vocabulary
        )
        for group in slicing.groups
    }
    assert {grouping for grouping, _ in groups} == set(GROUPINGS)
    for grouping, group in groups:
        description = group_words(grouping, group)
        assert description != f"{grouping} {group}"
        assert not re.search(r"\d: |\d-\d", description), description


@pytest.mark.parametrize(
    ("grouping", "group", "description"),
    [
        ("known", "known", "known users"),
        ("gender", "F", "women"),
        ("gender", "X", "users of gender X"),
        ("occupation", "writer", "users with the occupation writer"),
        ("occupation", "marketing", "people in marketing"),
        ("age", "under 18", "users under 18"),
        ("age", "25-34", "users aged 25 to 34"),
        ("age", "56 and over", "users aged 56 and over"),
        ("activity", "10: 240-580 ratings", "users with 240 to 580 ratings"),
        ("genre", "Sci-Fi", "Sci-Fi movies"),
        ("genre", "unknown", "movies without a genre"),
        ("new", "one", "new one"),
    ],
)
def test_group_descriptions(grouping, group, description):
    assert group_words(grouping, group) == description


def test_labels_of_groups_are_those_of_the_data_but_for_men_and_women():
    assert [group_label("gender", group) for group in ("F", "M", "X")] == ["Women", "Men", "X"]
    assert group_label("genre", "F") == "F"


def test_a_gain_is_positive_for_an_improvement():
    assert metric("accuracy").gain(0.1) == 0.1
    assert metric("rmse").gain(-0.1) == 0.1
    assert math.isnan(metric("novelty@10").gain(0.1))
    assert "Lower is better." in metric("rmse").help
    assert "`√" in metric("rmse").help
