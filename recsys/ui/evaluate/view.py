"""What the sections of Evaluate look at: the model, its report, and tables worked out once for a version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from recsys.evaluation import MODEL, Report, diagnostics, gains_over_baselines
from recsys.evaluation.importance import importance
from recsys.evaluation.slices import slices
from recsys.schema import star_name
from recsys.serving.recommender import Recommender

KEPT = 16  # tables held: a few versions' worth


@dataclass(frozen=True)
class View:
    """A model that came with a report. Its tables are shared between sessions, so nobody changes them."""

    recommender: Recommender
    report: Report

    @property
    def stars(self) -> tuple[float, ...]:
        """The star values that the model chose from."""
        return self.report.stars

    @property
    def models(self) -> tuple[str, ...]:
        """The model, then its baselines, as the report names them."""
        return (MODEL, *self.report.baselines)

    def per_star(self, metric: str) -> pd.DataFrame:
        """One metric star by star: star, model, value, low, high, n."""
        table = self.report.table
        named = {f"star={star_name(star)}": star for star in self.stars}
        rows = table[(table["metric"] == metric) & table["slice"].isin(named) & table["model"].isin(self.models)]
        return rows.assign(star=rows["slice"].map(named))

    def reliability(self, star: float | None) -> pd.DataFrame:
        """`diagnostics.reliability` of the decided star, or of one."""
        return self._made(f"reliability {star}", lambda: diagnostics.reliability(self.report, star))

    def errors(self) -> pd.DataFrame:
        """`diagnostics.error_by_expected`."""
        return self._made("errors", lambda: diagnostics.error_by_expected(self.report))

    def gains(self) -> pd.DataFrame:
        """`evaluation.gains_over_baselines`: the model less each baseline, paired."""
        return self._made("gains", lambda: gains_over_baselines(self.report))

    def slices(self) -> pd.DataFrame:
        """`slices.slices`: metrics by group."""
        return self._made("slices", lambda: _slices(self.recommender))

    def importance(self) -> pd.DataFrame:
        """`importance.importance`: the shares of each feature."""
        return self._made("importance", lambda: importance(self.recommender.model, self.recommender.features))

    def _made(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        return _kept(self.recommender.version, name, make)


@st.cache_resource(show_spinner=False, max_entries=KEPT)
def _kept(version: str, name: str, _make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    return _make()


def _slices(recommender: Recommender) -> pd.DataFrame:
    interactions, catalogue = recommender.interactions, recommender.catalogue
    return slices(recommender.report, interactions, catalogue, recommender.features.vocabulary)
