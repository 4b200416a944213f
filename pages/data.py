"""Data: the ratings behind the model, their source, checks and distribution; and an upload of the visitor's own."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import auth, prediction_card
from recsys.ui.common.preparation import model_or_preparation
from recsys.ui.common.text import plain
from recsys.ui.data import checks, distribution, source, upload

st.title("Data", anchor=False)
prediction_card.unknown_parameters("data")
recommender = model_or_preparation()
data = recommender.manifest.get("data") or {}
source.show(recommender)

st.header("Data checks", anchor=False)
st.markdown(
    "Every row is checked before training. Rows that can't be used are dropped and counted, such as ratings dated "
    "before the movie's release."
)
checks.show(data.get("checks") or {})
if fingerprint := str(data.get("fingerprint", "")):
    st.caption(
        f"Fingerprint {plain(fingerprint[:16])}. Equal ratings have equal fingerprints, in any order. The promotion "
        "gate compares versions only if their data has the same fingerprint."
    )

st.header("Distribution", anchor=False)
distribution.show(recommender)

st.header("Upload your own ratings", anchor=False)
auth.draw_sign_in()
upload.show()
