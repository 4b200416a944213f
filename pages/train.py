"""Train: retrain the active model, watch or cancel it, and see the verdict of the promotion gate."""

from __future__ import annotations

import streamlit as st

from recsys.training import jobs
from recsys.ui.common import auth, prediction_card
from recsys.ui.common.version_rows import rows
from recsys.ui.train import form_memory, live, outcome, start, train_form, trial_panel

st.title("Train", anchor=False)
prediction_card.unknown_parameters("train")
st.markdown(
    "Train a new model on one part of the ratings and test it on the rest. It replaces the current model only if it is "
    "no worse on ratings that neither has seen."
)
auth.draw_sign_in()

status = jobs.status()
if status.running:
    form_memory.remember()
    live.show()
    st.stop()

registry = rows()
outcome.show(status, registry)
if auth.is_owner():
    st.header("Train a model", anchor=False)
    form = train_form.draw(next((row for row in registry if row["active"]), None))
    start.offer(form, registry, start.begin)
else:
    trial_panel.show(registry)
