"""Models: the versions in the registry, their comparison, and the event log. `?version=...` selects one of them."""

from __future__ import annotations

import streamlit as st

from recsys.errors import NoModelError
from recsys.ui.common import prediction_card, query_params
from recsys.ui.common.hidden_heading import hidden_heading
from recsys.ui.common.model_cache import get_loaded
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.common.version_rows import rows
from recsys.ui.models import actions, archive_actions, compare, event_log, trend, versions
from recsys.ui.models.actions import VERSION

SECTIONS = {"Versions": versions.show, "Trend": trend.show, "Compare": compare.show}
EVENT_LOG = "Journal"

st.set_page_config(layout="wide")
st.title("Models", anchor=False)
prediction_card.unknown_parameters("models")

actions.show_message()
registry = rows()
archive_actions.header(registry)
if not registry:
    st.info(
        "No model has been trained here yet. The first one is made by itself; Home shows how far it is.",
        title="No models yet",
        icon=":material/shelves:",
    )
    st.page_link("pages/home.py", label="Go to Home", icon=":material/home:")
    st.stop()
try:
    loaded = get_loaded()
except NoModelError as error:
    st.error(plain(error, LONGEST_REASON), title="No version can answer", icon=":material/error:")
else:
    st.markdown(
        f"**{plain(loaded.version)}** answers now, on every page, route and command. {len(registry)} in the registry."
    )
    if loaded.warning:
        st.warning(plain(loaded.warning, LONGEST_REASON), icon=":material/warning:")

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
