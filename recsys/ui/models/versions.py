"""Section: every version in a table, and one of them in full."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.config import SETTINGS
from recsys.glossary import metric, setting_name, setting_value
from recsys.registry.listing import METRICS
from recsys.registry.promotion_gate import INTERVALS, NAMES, shorten_reasons
from recsys.registry.transitions import KEPT
from recsys.ui.common import auth
from recsys.ui.common import version_rows as told
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import LONGEST_REASON, bullets, clean, plain
from recsys.ui.common.version_rows import NOTHING, Row
from recsys.ui.models import archive_actions
from recsys.ui.models.actions import CHOSEN

BASELINES = "Best baseline"
HEADLINE = ("accuracy", "rmse", "log_loss", "ndcg@10")
HELP = {name: setting.metadata["help"] for name, setting in SETTINGS.items()}


def show(rows: Sequence[Row]) -> None:
    """The section."""
    st.dataframe(
        listed(rows),
        hide_index=True,
        key="models_versions",
        column_config={
            "State": st.column_config.TextColumn(width=150),
            "Why": st.column_config.TextColumn(width=220),
        },
        alt="The versions on the shelf, newest first",
    )
    st.caption(
        "Times in UTC. Figures are those of each version's own held-out part; last, the best baselines on that of the "
        f"newest that was measured. At most {KEPT} versions are kept besides the one that answers, the one before it "
        "and those that are pinned; the oldest go first."
    )
    names = [row["version"] for row in rows]
    active = next((place for place, row in enumerate(rows) if row["active"]), 0)
    chosen = st.selectbox("Look at a version", names, index=active, key=CHOSEN, bind="query-params")
    _one(next(row for row in rows if row["version"] == chosen))
    meanings(METRICS)


def listed(rows: Sequence[Row]) -> pd.DataFrame:
    """The shelf as people read it: one line a version, and one of the baselines of the newest that was measured."""
    lines = []
    for row in rows:
        who, why = told.made_by(row)
        data = row.get("data") or {}
        lines.append(
            {
                "Version": row["version"],
                "State": ", ".join(told.states(row)) or NOTHING,
                **{metric(name).label: _written(row, name) for name in HEADLINE},
                "Made": told.day(row.get("created")),
                "Preset": clean(row.get("preset") or NOTHING),
                "Data": clean(data.get("name") or NOTHING),
                "By": who,
                "Why": why,
                "Size": told.size(row),
            }
        )
    measured_last = next((row for row in rows if row.get("metrics")), None)
    return pd.DataFrame([*lines, _baselines(measured_last)] if measured_last else lines).fillna("")


def _baselines(row: Row) -> dict[str, str]:
    """The baseline that is hardest to beat in each metric, as a line of the same table."""
    best = {name: told.best_baseline(row, name) for name in HEADLINE}
    known = {metric(name).label: metric(name).write(found[1]) for name, found in best.items() if found}
    return {"Version": BASELINES, **known}


def measured(row: Row) -> pd.DataFrame:
    """The headline metrics of a version, by label: its value, 95 % interval and best baseline."""
    lines = {}
    for name in METRICS:
        if name not in row["metrics"]:
            continue
        entry = metric(name)
        _, low, high = _floats(row["metrics"][name])
        best = told.best_baseline(row, name)
        lines[entry.label] = {
            "This version": _written(row, name),
            "95 % interval": entry.write_interval(low, high),
            "Best baseline": f"{plain(best[0])} {entry.write(best[1])}" if best else NOTHING,
        }
    return pd.DataFrame.from_dict(lines, orient="index")


def _one(row: Row) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(row["version"], anchor=False, width="content")
            for state in told.states(row):
                st.badge(state, color=told.STATES[state])  # type: ignore[arg-type]
        if "problem" in row:
            st.error(plain(row["problem"], LONGEST_REASON), title="It cannot answer", icon=":material/error:")
        else:
            _known(row)
        if auth.is_owner():
            archive_actions.on(row)


def _known(row: Row) -> None:
    """What is known of an intact version."""
    st.text(_origin(row))
    _verdict(row)
    table = measured(row)
    if len(table):
        st.table(table, border="horizontal", alt=f"How good {row['version']} is")
        st.caption(told.measured_on(row["n"]))
    with st.expander("Settings", icon=":material/tune:"):
        st.table(settings_table(row["settings"]), border="horizontal", alt=f"Settings of {row['version']}")


def _origin(row: Row) -> str:
    """Who, when, why, from what, at what cost: one paragraph of plain text."""
    who, why = told.made_by(row)
    reason = "" if why == NOTHING else f": {why}"
    data, seconds = row.get("data") or {}, row.get("seconds")
    counts = [f"{data[name]:,} {name}" for name in ("ratings", "users", "movies") if isinstance(data.get(name), int)]
    parts = [
        f"Made {told.ago(row.get('created'))} ({told.day(row.get('created'))} UTC) by {who}{reason}.",
        f"Data: {clean(data.get('name') or NOTHING)}{' with ' if counts else ''}{', '.join(counts)}.",
        f"Preset {clean(row.get('preset') or NOTHING)}, split {clean(row.get('split') or NOTHING)}.",
        f"{told.size(row)} on the disk." + (f" Trained in {seconds:.0f} seconds." if seconds else ""),
    ]
    return " ".join(parts)


def _verdict(row: Row) -> None:
    """What the gate said, with every reason."""
    verdict = row.get("gate")
    if verdict is None:
        st.caption(":material/help: The gate was not asked: it was published by a script.")
        return
    beside = f" against {plain(verdict['champion'])}" if verdict["champion"] else ""
    rows = f", on {verdict['pairs']:,} ratings that both hold out" if verdict["pairs"] else ""
    lines = _differences(verdict["differences"], verdict["reasons"])
    found = "".join(f"  \n{line}" for line in lines) + (f"  \nIntervals: {INTERVALS}." if lines else "")
    if verdict["passed"]:
        alone = "" if beside else " No other version was there to compare with: it is sound, and beats the baselines."
        st.success(f"It passed the gate{beside}{rows}.{alone}{found}", icon=":material/check_circle:")
        return
    reasons, short = verdict["reasons"], shorten_reasons(verdict["reasons"])
    st.warning(f"The gate refused it{beside}{rows}.{found}\n{bullets(short)}", icon=":material/block:")
    if len(short) < len(reasons):
        with st.expander(f"All {len(reasons)} reasons", icon=":material/list:"):
            st.markdown(bullets(reasons))


def _differences(differences: Mapping[str, Any], reasons: Sequence[str]) -> list[str]:
    """What differs in each metric, but for what a reason tells with the same figures."""
    lines = []
    for name, three in differences.items():
        if name in NAMES and not any(reason.startswith(f"Its {NAMES[name]} is worse") for reason in reasons):
            value, low, high = _floats(three)
            figures = f"{value:+.4f} ({low:+.4f} to {high:+.4f}; less is better).".replace("-", "−")
            lines.append(f"{NAMES[name][0].upper()}{NAMES[name][1:]} {figures}")
    return lines


def settings_table(settings: Mapping[str, Any]) -> pd.DataFrame:
    """Settings with their meaning, by name."""
    lines = {
        plain(setting_name(name)): {"Value": plain(setting_value(name, value)), "Meaning": HELP.get(name, "")}
        for name, value in settings.items()
    }
    return pd.DataFrame.from_dict(lines, orient="index", columns=["Value", "Meaning"])


def _written(row: Row, name: str) -> str:
    three = (row.get("metrics") or {}).get(name)
    return metric(name).write(_floats(three)[0]) if three else NOTHING


def _floats(three: Sequence[Any]) -> list[float]:
    return [math.nan if value is None else float(value) for value in three]
