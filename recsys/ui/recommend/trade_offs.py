"""Trade-offs of the sliders: metrics of a setting, measured on held-out ratings when the model was trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import streamlit as st

from recsys.evaluation import TRADE_OFF_COLUMNS, Report
from recsys.evaluation.reports import DIFFERENCE_COLUMNS
from recsys.glossary.entry import UNDEFINED
from recsys.list_option_table import RANKERS
from recsys.serving.recommender import Recommender
from recsys.ui.common.paired_text import with_interval
from recsys.ui.common.text import number, percent

UNADJUSTED = (0.0, 0.0)
METRICS = {
    "ndcg": ("NDCG@10", lambda value: number(value, 3)),
    "coverage": ("Coverage", lambda value: percent(value, 0)),
    "popularity_rank": ("Popularity rank", lambda value: number(value, 0)),
}
HELP = (
    "**NDCG@10**: how many of the movies that users liked are among the first ten, where a place near the top counts "
    "more; 1 is perfect. **Coverage**: the share of all movies that appear in at least one list. **Popularity rank**: "
    "the average place of the listed movies by number of ratings; 1 is the most rated movie."
)


@dataclass(frozen=True)
class TradeOffs:
    """The measured settings of one ranker: rows are (popularity, diversity).

    Attributes
    ----------
    table : DataFrame
        The metrics and `n`, the users.
    differences : mapping of (popularity, diversity) to sequence of float
        NDCG less that of both sliders at 0, for the same users: difference, low and high.
    """

    table: pd.DataFrame
    differences: Mapping[tuple[float, float], Sequence[float]]

    @classmethod
    def of(cls, report: Report | None, ranker: str) -> Self:
        """From a report; no rows without one."""
        rows = report.trade_off_curve if report else pd.DataFrame(columns=list(TRADE_OFF_COLUMNS))
        rows = rows[(rows["ranker"] == ranker) & rows["metric"].isin(METRICS)]
        slider = ["popularity", "diversity"]
        table = rows.set_index([*slider, "metric"])["value"].unstack("metric")
        of_ndcg = rows[rows["metric"] == "ndcg"]
        settings = zip(*(of_ndcg[name].tolist() for name in slider), strict=True)
        differences = dict(zip(settings, of_ndcg[list(DIFFERENCE_COLUMNS)].to_numpy().tolist(), strict=True))
        return cls(table.assign(n=rows.groupby(slider)["n"].max()), differences)

    def has(self, setting: tuple[float, float]) -> bool:
        """Whether this exact setting was measured."""
        return setting in self.table.index

    def nearest(self, setting: tuple[float, float]) -> list[tuple[float, float]]:
        """For each slider that is not at 0, the nearest measured setting in which only that slider is moved."""
        popularity, diversity = setting
        single_slider_settings = [(value, 0.0) for value in (popularity,) if value] + [
            (0.0, value) for value in (diversity,) if value
        ]
        return list(dict.fromkeys(self._nearest(single) for single in single_slider_settings))

    def display_table(self, settings: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
        """The formatted metrics, one column for each titled setting."""
        rows = {
            title: {name: write(self.table.loc[setting, metric]) for metric, (name, write) in METRICS.items()}
            for title, setting in settings.items()
        }
        return pd.DataFrame(rows)

    def effects(self, settings: Mapping[str, tuple[float, float]]) -> str:
        """What each titled setting costs or gains in NDCG, as sentences; empty for reports without differences."""
        texts = {title: with_interval(*self.differences[setting]) for title, setting in settings.items()}
        measured = [f"{title}: {text}." for title, text in texts.items() if text != UNDEFINED]
        heading = f" {METRICS['ndcg'][0]} less that of both at 0, with its 95% interval. "
        return heading + " ".join(measured) if measured else ""

    def _nearest(self, setting: tuple[float, float]) -> tuple[float, float]:
        slider = 0 if setting[0] else 1
        measured = [candidate for candidate in self.table.index if candidate[1 - slider] == 0]
        return measured[int(np.argmin([abs(candidate[slider] - setting[slider]) for candidate in measured]))]


def readout(recommender: Recommender, ranker: str, popularity: float, diversity: float) -> None:
    """Metrics of the sliders' setting, or of the nearest measured ones, beside those of both sliders at 0."""
    trade_offs, setting = _trade_offs(recommender, recommender.version, ranker), (popularity, diversity)
    if not trade_offs.has(UNADJUSTED):
        st.caption("The effect of the sliders was not measured for this model.")
        return
    if trade_offs.has(setting):
        settings = {"Your setting": setting} if setting != UNADJUSTED else {}
        st.caption("Measured on held-out ratings", help=HELP)
    else:
        settings = {
            _setting_name(nearest_setting): nearest_setting
            for nearest_setting in trade_offs.nearest(setting)
            if nearest_setting != UNADJUSTED
        }
        note = "The nearest measured settings are:" if settings else "With both sliders at 0:"
        st.caption(f"Your setting was not measured. {note}", help=HELP)
    st.table(
        trade_offs.display_table({**settings, "Both at 0": UNADJUSTED}),
        border="horizontal",
        alt="Metrics of lists with these settings, on held-out ratings",
    )
    users = int(trade_offs.table["n"].to_dict()[UNADJUSTED])
    st.caption(
        f"Lists of ten movies for the same {users:,} users.{trade_offs.effects(settings)}{_most_popular(recommender)}"
    )


def _most_popular(recommender: Recommender) -> str:
    """NDCG of the popularity baseline, as a sentence."""
    trade_offs = _trade_offs(recommender, recommender.version, "popular")
    if not trade_offs.has(UNADJUSTED):
        return ""
    name, write = METRICS["ndcg"]
    ndcg = write(trade_offs.table.loc[UNADJUSTED, "ndcg"])
    return f" Baseline, the most popular movies for everyone: {name} {ndcg}."


@st.cache_resource(show_spinner=False, max_entries=2 * len(RANKERS))
def _trade_offs(_recommender: Recommender, version: str, ranker: str) -> TradeOffs:
    return TradeOffs.of(_recommender.report, ranker)


def _setting_name(setting: tuple[float, float]) -> str:
    popularity, diversity = setting
    return f"Pop. {popularity:g}" if popularity else f"Div. {diversity:g}"
