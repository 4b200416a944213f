"""What a setting of the sliders is worth: measured when the model was trained, on ratings that it had not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
import streamlit as st

from recsys.evaluation import TRADE_OFF_COLUMNS, Report
from recsys.serving.recommender import Recommender
from recsys.ui.common.text import number, percent
from recsys.validation import RANKERS

PLAIN = (0.0, 0.0)
METRICS = {
    "ndcg": ("NDCG@10", lambda value: number(value, 3)),
    "coverage": ("Coverage", lambda value: percent(value, 0)),
    "popularity_rank": ("Popularity rank", lambda value: number(value, 0)),
}
HELP = (
    "**NDCG@10**: how many of the movies that people turned out to like are among the first ten, counting more near "
    "the top; 1 would be all. **Coverage**: the share of the catalogue that is on anybody's list. **Popularity rank**: "
    "the mean place of the listed movies when all are ordered by ratings; 1 is the most rated."
)


@dataclass(frozen=True)
class TradeOffs:
    """The measured settings of one ranker: rows are (popularity, diversity), columns the metrics and `n`."""

    table: pd.DataFrame

    @classmethod
    def of(cls, report: Report | None, ranker: str) -> Self:
        """From a report; no rows when the model came without."""
        rows = report.trade_off_curve if report else pd.DataFrame(columns=list(TRADE_OFF_COLUMNS))
        rows = rows[(rows["ranker"] == ranker) & rows["metric"].isin(METRICS)]
        slider = ["popularity", "diversity"]
        table = rows.set_index([*slider, "metric"])["value"].unstack("metric")
        return cls(table.assign(n=rows.groupby(slider)["n"].max()))

    def has(self, setting: tuple[float, float]) -> bool:
        """Whether this very setting was measured."""
        return setting in self.table.index

    def nearest(self, setting: tuple[float, float]) -> list[tuple[float, float]]:
        """The nearest measured settings in which only one slider is moved, for those sliders that are."""
        popularity, diversity = setting
        alone = [(value, 0.0) for value in (popularity,) if value] + [(0.0, value) for value in (diversity,) if value]
        return list(dict.fromkeys(self._nearest(each) for each in alone))

    def written(self, settings: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
        """The metrics as people read them, one column for each titled setting."""
        rows = {
            title: {name: write(self.table.loc[setting, metric]) for metric, (name, write) in METRICS.items()}
            for title, setting in settings.items()
        }
        return pd.DataFrame(rows)

    def _nearest(self, setting: tuple[float, float]) -> tuple[float, float]:
        loo_influence = 0 if setting[0] else 1
        along = [each for each in self.table.index if each[1 - loo_influence] == 0]
        return along[int(np.argmin([abs(each[loo_influence] - setting[loo_influence]) for each in along]))]


def readout(recommender: Recommender, ranker: str, popularity: float, diversity: float) -> None:
    """The price of the sliders' setting beside that of both at 0, or of the nearest settings that were measured."""
    trade_off_curve, setting = _prices(recommender, recommender.version, ranker), (popularity, diversity)
    if not trade_off_curve.has(PLAIN):
        st.caption("What the sliders cost was not measured for this model.")
        return
    if trade_off_curve.has(setting):
        shown = {"Here": setting} if setting != PLAIN else {}
        st.caption("Measured on held-out ratings", help=HELP)
    else:
        shown = {_name(each): each for each in trade_off_curve.nearest(setting) if each != PLAIN}
        nearest = "these are the nearest settings that were." if shown else "this is the ranker with both at 0."
        st.caption(f"This combination was not measured; {nearest}", help=HELP)
    st.table(
        trade_off_curve.written({**shown, "Both at 0": PLAIN}),
        border="horizontal",
        alt="What lists of this setting were worth on the held-out ratings",
    )
    st.caption(f"Lists of ten for {int(trade_off_curve.table.loc[PLAIN, 'n']):,} users.{_most_popular(recommender)}")


def _most_popular(recommender: Recommender) -> str:
    """The baseline of lists, in words."""
    popular = _prices(recommender, recommender.version, "popular")
    if not popular.has(PLAIN):
        return ""
    name, write = METRICS["ndcg"]
    return f" The baseline, the most popular movies for everybody: {name} {write(popular.table.loc[PLAIN, 'ndcg'])}."


@st.cache_resource(show_spinner=False, max_entries=2 * len(RANKERS))
def _prices(_recommender: Recommender, version: str, ranker: str) -> TradeOffs:
    return TradeOffs.of(_recommender.report, ranker)


def _name(setting: tuple[float, float]) -> str:
    popularity, diversity = setting
    return f"Pop. {popularity:g}" if popularity else f"Div. {diversity:g}"
