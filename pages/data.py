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
    "Every row is checked before training. Unusable rows are dropped, such as ratings dated before the movie's release "
    "date in the data."
)
checks.show(data.get("checks") or {})
if fingerprint := str(data.get("fingerprint", "")):
    with st.expander("Fingerprint", icon=":material/fingerprint:"):
        st.markdown(
            f"{plain(fingerprint[:16])}. The same ratings have the same fingerprint, in any order. Only versions whose "
            "data has the same fingerprint are compared."
        )

st.header("Distribution", anchor=False)
distribution.show(recommender)

st.header("Upload your own ratings", anchor=False)
auth.draw_sign_in()
upload.show()
