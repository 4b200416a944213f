"""Data: the ratings behind the model, whose they are, what was dropped, how they are spread; bring your own."""

from __future__ import annotations

import streamlit as st

from recsys.ui import standing, verdict
from recsys.ui.preparation import model_or_preparation
from recsys.ui.ratings import door, origin, own, spread
from recsys.ui.text import plain

st.title("The ratings", anchor=False)
verdict.unknown_parameters("data")
recommender = model_or_preparation()
about = recommender.manifest.get("data") or {}
origin.show(recommender)

st.header("What was checked", anchor=False)
st.markdown(
    "Every row is read once, before anything is learned. What can't be used is dropped and counted; ratings older than "
    "their movie are noise, as in the recipe that this project began with."
)
door.show(about.get("checks") or {})
if fingerprint := str(about.get("fingerprint", "")):
    st.caption(
        f"Fingerprint {plain(fingerprint[:16])}: the same for the same ratings, whatever their order. Versions of a "
        "model are only compared on ratings with one fingerprint."
    )

st.header("How they are spread", anchor=False)
spread.show(recommender)

st.header("Bring your own", anchor=False)
standing.sign()
own.show()
