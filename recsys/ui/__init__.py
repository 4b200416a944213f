"""The user interface: pages and their parts. The only part of the package that may import Streamlit."""
