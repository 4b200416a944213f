"""Train: retrain the active model, watch or cancel it, and see the verdict of the promotion gate."""

from __future__ import annotations

import streamlit as st

from recsys.training import jobs
from recsys.ui.common import auth, prediction_card
from recsys.ui.common.version_rows import rows
from recsys.ui.train import live, outcome, start, train_form, trial_panel

st.title("Train a model", anchor=False)
prediction_card.unknown_parameters("train")
st.markdown(
    "The ratings are split, a model learns from one part and is measured on the other, beside the simplest guesses. It "
    "answers in place of the present one only if the gate finds it no worse."
)
auth.draw_sign_in()

status = jobs.status()
if status.running:
    train_form.remember()
    live.show()
    st.stop()

registry = rows()
outcome.show(status, registry)
if auth.is_owner():
    st.header("Start a training", anchor=False)
    form = train_form.draw(next((row for row in registry if row["active"]), None))
    start.offer(form, registry, start.begin)
else:
    trial_panel.show(registry)
