"""Train against test: the same metrics on fitted, kept-out and held-out ratings, in the section Features."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from recsys.evaluation import MODEL
from recsys.evaluation.train_scores import METRICS, TEST, TRAIN, VALIDATION
from recsys.glossary import metric
from recsys.ui.evaluate.view import ReportView

ROWS = {TRAIN: "Training", VALIDATION: "Validation", TEST: "Test"}


def show(view: ReportView) -> None:
    """Draw the table and what its gaps mean, or how to fill it for an older version."""
    st.subheader("Train against test", anchor=False)
    table = train_test_table(view)
    if table is None:
        st.caption(
            "This version did not measure itself on its training ratings. Train a new version to fill this: on the "
            "page Train, or `python -m recsys train`."
        )
        return
    st.table(table, border="horizontal", alt="Accuracy, log-loss and RMSE on training, validation and test ratings")
    st.markdown(_sentence(view))
    st.caption(
        "Training: ratings that the trees and the softmax regression were fitted on. Validation: training ratings kept "
        "out of that fit. Test: held-out ratings. The features of the first two are cross-fitted, that is made without "
        "the rating's own fold, so from fewer ratings than those of a test rating. A gap from training to validation "
        "is overfitting of the fit. A gap from training to test mixes overfitting with that difference of the "
        "features, and may even be negative. Only the test column says how good the model is."
    )


def train_test_table(view: ReportView) -> pd.DataFrame | None:
    """Each metric with its interval on the three kinds of ratings as text; None if the version lacks them."""
    rows = view.report.table
    rows = rows[(rows["model"] == MODEL) & rows["metric"].isin(METRICS) & rows["slice"].isin(list(ROWS))]
    if TRAIN not in set(rows["slice"]):
        return None
    cells: dict[str, dict[str, str]] = {name: {} for name in ROWS.values()}
    for row in rows.to_dict("records"):
        entry = metric(row["metric"])
        interval = entry.write_interval(row["low"], row["high"])
        cells[ROWS[row["slice"]]][entry.label] = f"{entry.write(row['value'])} ({interval})"
        cells[ROWS[row["slice"]]]["n"] = f"{row['n']:,}"
    labels = [metric(name).label for name in METRICS]
    return pd.DataFrame(cells).reindex([*labels, "n"]).fillna("–")


def _sentence(view: ReportView) -> str:
    """The gap of the log-loss from training to test, and whether the intervals overlap, in words."""
    entry = metric("log_loss")
    train_row, test_row = (view.report.row("log_loss", slice=name) for name in (TRAIN, TEST))
    train, test = float(train_row["value"]), float(test_row["value"])
    overlap = train_row["low"] <= test_row["high"] and test_row["low"] <= train_row["high"]
    direction = "higher (worse)" if test > train else "lower (better)"
    return (
        f"On the test ratings the log-loss is **{entry.write(abs(test - train))} {direction}** than on the training "
        "ratings" + (", but the 95% intervals overlap." if overlap else ", and the 95% intervals do not overlap.")
    )
