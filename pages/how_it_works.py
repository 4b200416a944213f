"""stub"""

import streamlit as st

st.title("How it works")
