"""The skin shared by all pages. The only part of the package that may import Streamlit."""
