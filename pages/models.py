"""Models: the versions in the registry, their comparison, and the event log. `?version=...` selects one of them."""

from __future__ import annotations

import streamlit as st

from recsys.errors import NoModelError
from recsys.ui.common import prediction_card, query_params
from recsys.ui.common.hidden_heading import hidden_heading
from recsys.ui.common.model_cache import get_loaded
from recsys.ui.common.text import LONGEST_REASON, count_text, plain
from recsys.ui.common.version_rows import readable, rows
from recsys.ui.models import actions, archive_actions, compare, event_log, trend, versions
from recsys.ui.models.version_picker import VERSION

SECTIONS = {"Versions": versions.show, "Trend": trend.show, "Compare": compare.show}
EVENT_LOG = "Event log"

st.set_page_config(layout="wide")
st.title("Models", anchor=False)
prediction_card.unknown_parameters("models")

actions.show_message()
registry = rows()
names = {row["version"]: row["name"] for row in registry}
archive_actions.header(registry)
if not registry:
    st.info(
        "No model has been trained yet. The first training starts by itself; Home shows its progress.",
        title="No models yet",
        icon=":material/shelves:",
    )
    st.page_link("pages/home.py", label="Go to Home", icon=":material/home:")
    st.stop()
try:
    loaded = get_loaded()
except NoModelError as error:
    st.error(plain(readable(str(error)), LONGEST_REASON), title="No version can be loaded", icon=":material/error:")
else:
    st.markdown(
        f"Live: **{plain(names[loaded.version])}**. All pages, the API and the command line use it. "
        f"{count_text(len(registry), 'version')} stored."
    )
    if loaded.warning:
        st.warning(plain(readable(loaded.warning), LONGEST_REASON), icon=":material/warning:")

for name, options in {"section": [*SECTIONS, EVENT_LOG], VERSION: [row["version"] for row in registry]}.items():
    prediction_card.ignored_parameters(query_params.option_problems(name, st.query_params.get_all(name), options))
section = st.pills(
    "Section",
    [*SECTIONS, EVENT_LOG],
    default="Versions",
    required=True,
    key="section",
    bind="query-params",
    label_visibility="collapsed",
    wrap=True,
)
hidden_heading(str(section))
event_log.show() if section == EVENT_LOG else SECTIONS[str(section)](registry)
