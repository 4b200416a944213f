"""The parts of the pages: the only room that may import Streamlit."""
