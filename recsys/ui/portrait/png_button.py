"""A button that saves the picture as PNG, drawn by the visitor's own browser.

The browser has already drawn the SVG; on a canvas it becomes a PNG without a renderer on the server, and text that is
not drawn as paths (see `recsys.portrait.outlined_text`) is in the visitor's own fonts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import streamlit as st
from streamlit.components.v2 import component

COMPONENT, LABEL = "portrait_png", "Download PNG"
HTML = f'<button type="button">{LABEL}</button><p role="status"></p>'
CSS = """
button {
  min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer;
  font: inherit; font-size: 0.875rem; color: #fff; background: var(--st-primary-color);
  border: 1px solid var(--st-primary-color); border-radius: var(--st-button-radius);
}
button:hover { filter: brightness(0.9); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
p { margin: 0; }
p:not(:empty) { padding-top: 0.5rem; }
"""
SCRIPT = """
const FAILED = "This browser cannot make the PNG. Download the SVG instead.";
const blobOf = (image, data) => new Promise((resolve, reject) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [data.width, data.height];
  canvas.getContext("2d").drawImage(image, 0, 0, data.width, data.height);
  canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
});
const save = async (data) => {
  const image = document.querySelector(`.st-key-${data.picture} img`);
  await image.decode();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await blobOf(image, data));
  link.download = data.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};
export default function ({ data, parentElement }) {
  const status = parentElement.querySelector("p");
  parentElement.querySelector("button").onclick = () => {
    status.textContent = "";
    save(data).catch(() => { status.textContent = FAILED; });
  };
}
"""


def button(picture: str, name: str, width: int, height: int) -> None:
    """The button for the only image in the container with this key, as a file of this name and size in px."""
    data = {"picture": picture, "name": name, "width": width, "height": height}
    with st.container(key=f"{COMPONENT}_button", width="content"):
        _component()(data=data, key=COMPONENT, height="content", width="content")


@cache
def _component() -> Callable[..., object]:
    return component(COMPONENT, html=HTML, css=CSS, js=SCRIPT)
