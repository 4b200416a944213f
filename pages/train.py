"""Train: retrain the model that everybody sees, watch it, stop it, and hear what the gate says of it."""

from __future__ import annotations

import streamlit as st

from recsys import jobs
from recsys.ui import standing, verdict
from recsys.ui.shelf.rows import rows
from recsys.ui.training import asked, live, outcome, starting, trying

st.title("Train a model", anchor=False)
verdict.unknown_parameters("train")
st.markdown(
    "The ratings are split, a model learns from one part and is measured on the other, beside the simplest guesses. It "
    "answers in place of the present one only if the gate finds it no worse."
)
standing.sign()

status = jobs.status()
if status.running:
    asked.remember()
    live.show()
    st.stop()

shelf = rows()
outcome.show(status, shelf)
if standing.is_owner():
    st.header("Start a training", anchor=False)
    wanted = asked.ask(next((row for row in shelf if row["active"]), None))
    starting.offer(wanted, shelf, starting.begin)
else:
    trying.show(shelf)
