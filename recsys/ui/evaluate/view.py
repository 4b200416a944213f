"""The model and report that the sections of Evaluate show, with tables computed once per version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation import (
    MODEL,
    Report,
    diagnostics,
    feature_effects,
    gains_over_baselines,
    residuals,
    threshold_curves,
)
from recsys.evaluation.dislikes import Dislikes, disliked_stars
from recsys.evaluation.feature_sample import FeatureSample
from recsys.evaluation.group_biases import biases
from recsys.evaluation.group_gaps import gaps
from recsys.evaluation.importance import importance
from recsys.evaluation.slices import slices
from recsys.features.vocabulary import Vocabulary
from recsys.schema import USER, star_name
from recsys.serving.recommender import Recommender
from recsys.ui.common.figure import draw

CACHED_TABLES = 64  # enough for a few versions


@dataclass(frozen=True)
class ReportView:
    """A model with its report. The tables are shared between sessions, so do not change them."""

    recommender: Recommender
    report: Report

    @property
    def stars(self) -> tuple[float, ...]:
        """The star values of the model."""
        return self.report.stars

    @property
    def models(self) -> tuple[str, ...]:
        """The model, then its baselines, as the report names them."""
        return (MODEL, *self.report.baselines)

    def per_star(self, metric: str) -> pd.DataFrame:
        """One metric star by star: star, model, value, low, high, n."""
        return self._cached(f"per star {metric}", lambda: _per_star(self, metric))

    def reliability(self, star: float | tuple[float, ...] | None) -> pd.DataFrame:
        """`diagnostics.reliability` of the predicted star, of one star value, or of any of several."""
        return self._cached(f"reliability {star}", lambda: diagnostics.reliability(self.report, star))

    def errors(self) -> pd.DataFrame:
        """`diagnostics.error_by_expected`."""
        return self._cached("errors", lambda: diagnostics.error_by_expected(self.report))

    def curve_points(self) -> pd.DataFrame:
        """`threshold_curves.curve_points` of the model."""
        return self._cached("curve points", lambda: threshold_curves.curve_points(self.report))

    def dislikes(self) -> Dislikes | None:
        """`Dislikes.of` the report."""
        return _cached_dislikes(self.recommender.version, self.report)

    def dislike_points(self) -> pd.DataFrame:
        """`threshold_curves.points_of` dislikes."""
        return self._cached(
            "dislike points", lambda: threshold_curves.points_of(self.report, disliked_stars(self.stars))
        )

    def areas(self, model: str) -> pd.DataFrame:
        """`threshold_curves.areas` of one predictor; empty without probabilities."""
        return self._cached(f"areas {model}", lambda: threshold_curves.areas(self.report, model))

    def residual_groupings(self) -> tuple[str, ...]:
        """`residuals.groupings_of`."""
        return residuals.groupings_of(self.report)

    def residuals(self, grouping: str) -> pd.DataFrame:
        """`residuals.residuals` by one grouping."""
        return self._cached(f"residuals {grouping}", lambda: residuals.residuals(self.report, grouping))

    def effects(self) -> pd.DataFrame:
        """`feature_effects.effects` on the report's feature sample."""
        sample = self._sample()
        return self._cached("effects", lambda: feature_effects.effects(self.recommender.model, sample.matrix))

    def dependence(self, feature: str) -> pd.DataFrame:
        """`feature_effects.partial_dependence` on the report's feature sample."""
        sample, model = self._sample(), self.recommender.model
        users = self.report.held_out[USER].to_numpy()[sample.rows]
        return self._cached(
            f"dependence {feature}", lambda: feature_effects.partial_dependence(model, sample.matrix, feature, users)
        )

    def _sample(self) -> FeatureSample:
        """The feature sample. Raises ValueError for a report from before it existed."""
        if self.report.feature_sample is None:
            raise ValueError("this report has no feature sample")
        return self.report.feature_sample

    def gains(self) -> pd.DataFrame:
        """`evaluation.gains_over_baselines`: the model minus each baseline, paired."""
        return self._cached("gains", lambda: gains_over_baselines(self.report))

    def slices(self) -> pd.DataFrame:
        """`slices.slices`: metrics by group."""
        return self._cached("slices", lambda: slices(*_labelled(self)))

    def gaps(self) -> pd.DataFrame:
        """`group_gaps.gaps`: the clearest gaps between groups."""
        return self._cached("gaps", lambda: gaps(*_labelled(self), self.recommender.config.seed))

    def biases(self) -> pd.DataFrame:
        """`group_biases.biases`: the groups that the model is biased for."""
        return self._cached("biases", lambda: biases(*_labelled(self)))

    def importance(self) -> pd.DataFrame:
        """`importance.importance`: the shares of each feature."""
        return self._cached("importance", lambda: importance(self.recommender.model, self.recommender.features))

    def draw(self, key: str, variant: str, make: Callable[[], tuple[go.Figure, str]]) -> None:
        """Draw a figure with its text alternative; `make` builds them once per version and variant."""
        draw(*_cached_figure(self.recommender.version, f"{key} {variant}", make), key)

    def _cached(self, name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        return _cached_table(self.recommender.version, name, compute)


def _per_star(view: ReportView, metric: str) -> pd.DataFrame:
    table = view.report.table
    star_by_slice = {f"star={star_name(star)}": star for star in view.stars}
    rows = table[(table["metric"] == metric) & table["slice"].isin(star_by_slice) & table["model"].isin(view.models)]
    return rows.assign(star=rows["slice"].map(star_by_slice))


@st.cache_resource(show_spinner=False, max_entries=CACHED_TABLES)
def _cached_table(version: str, name: str, _compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return _compute()


@st.cache_resource(show_spinner=False, max_entries=2)
def _cached_dislikes(version: str, _report: Report) -> Dislikes | None:
    return Dislikes.of(_report)


@st.cache_resource(show_spinner=False, max_entries=CACHED_TABLES)
def _cached_figure(version: str, name: str, _make: Callable[[], tuple[go.Figure, str]]) -> tuple[go.Figure, str]:
    """Plotly checks every property of a new figure, which takes longer than the rest of a section."""
    return _make()


def _labelled(view: ReportView) -> tuple[Report, Interactions, Catalogue, Vocabulary]:
    """The report, and where the groups of its rows come from."""
    recommender = view.recommender
    return view.report, recommender.interactions, recommender.catalogue, recommender.features.vocabulary
