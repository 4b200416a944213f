"""Data: the ratings behind the model, their source, checks and distribution; and an upload of the visitor's own."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import auth, prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.text import plain
from recsys.ui.data import checks, distribution, source, upload

st.title("The ratings", anchor=False)
prediction_card.unknown_parameters("data")
recommender = model_or_preparation()
data = recommender.manifest.get("data") or {}
source.show(recommender)

st.header("What was checked", anchor=False)
st.markdown(
    "Every row is read once, before anything is learned. What can't be used is dropped and counted; ratings older than "
    "their movie are noise, as in the recipe that this project began with."
)
checks.show(data.get("checks") or {})
if fingerprint := str(data.get("fingerprint", "")):
    st.caption(
        f"Fingerprint {plain(fingerprint[:16])}: the same for the same ratings, whatever their order. Versions of a "
        "model are only compared on ratings with one fingerprint."
    )

st.header("How they are spread", anchor=False)
distribution.show(recommender)

st.header("Bring your own", anchor=False)
auth.draw_sign_in()
upload.show()
