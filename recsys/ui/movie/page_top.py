"""The way back to the top: a link from one movie's page to another's would leave the browser where it was.

Streamlit scrolls to the top of another page, but not when a page leads to itself with other parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2 import component

CONTAINER = "movie_page_top"
SCRIPT = """
export default function ({ data }) {
  const previous = window.recsysMovie, heading = document.querySelector("main h1, [data-testid=stMain] h1");
  window.recsysMovie = data.movie;
  if (previous === undefined || previous === data.movie) return;
  document.querySelector('[data-testid="stMain"]')?.scrollTo({ top: 0 });
  if (!heading) return;
  heading.tabIndex = -1;  // the title is read first, and Tab goes on from there
  heading.addEventListener("blur", () => heading.removeAttribute("tabindex"), { once: true });
  heading.focus({ preventScroll: true, focusVisible: false });
}
"""


def draw(movie_id: int) -> None:
    """Scroll to the top, and focus the title, if the movie is another than before."""
    with st.container(key=CONTAINER):
        _component()(data={"movie": movie_id}, key=f"{CONTAINER}_script")


@cache
def _component() -> Callable[..., object]:
    return component(CONTAINER, js=SCRIPT)
