"""Section: a table of every version, and the details of one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from recsys.config import SETTINGS
from recsys.glossary import metric, setting_name, setting_value
from recsys.registry.listing import METRICS
from recsys.registry.promotion_gate import shorten_reasons
from recsys.registry.transitions import KEPT
from recsys.ui.common import auth, gate_verdict, version_rows
from recsys.ui.common.metric_table import meanings
from recsys.ui.common.text import LONGEST_REASON, bullets, clean, duration, plain
from recsys.ui.common.version_rows import MISSING, Row
from recsys.ui.models import archive_actions, version_picker

BASELINES = "Best baseline"
SETTINGS_OPENED = "models_settings"  # widget key
HEADLINE = ("accuracy", "rmse", "log_loss", "ndcg@10")
HELP = {name: setting.metadata["help"] for name, setting in SETTINGS.items()}


def show(rows: Sequence[Row]) -> None:
    """Draw the section."""
    st.dataframe(
        versions_table(rows),
        hide_index=True,
        key="models_versions",
        alt="All versions, newest first",
    )
    st.caption(
        "Times in UTC. Last row: the best baseline on the test ratings of the newest version. Those of other versions "
        f"may differ; Compare uses the common ones. The newest {KEPT} versions are kept, plus the live, previous and "
        "pinned ones."
    )
    selected = version_picker.select("Details of version", rows)
    _details(next(row for row in rows if row["version"] == selected))
    meanings(METRICS)


def versions_table(rows: Sequence[Row]) -> pd.DataFrame:
    """The formatted table: one row per version, then the baselines of the newest measured version."""
    records = []
    for row in rows:
        who, why = version_rows.made_by(row)
        records.append(
            {
                "Version": row["name"],
                "State": ", ".join(version_rows.states(row)) or MISSING,
                **{metric(name).label: _metric_text(row, name) for name in HEADLINE},
                "Data": version_rows.data_name(row),
                "By": who,
                "Reason": why,
                "Size": version_rows.size(row),
            }
        )
    measured_last = next((row for row in rows if row.get("metrics")), None)
    return pd.DataFrame([*records, _baselines(measured_last)] if measured_last else records).fillna("")


def _baselines(row: Row) -> dict[str, str]:
    """The strongest baseline in each metric, as a row of the same table."""
    baselines = {name: version_rows.best_baseline(row, name) for name in HEADLINE}
    cells = {metric(name).label: metric(name).write(baseline[1]) for name, baseline in baselines.items() if baseline}
    return {"Version": BASELINES, **cells}


def metrics_table(row: Row) -> pd.DataFrame:
    """The metrics of a version, by label: value, 95% interval and strongest baseline."""
    cells = {}
    for name in METRICS:
        if name not in row["metrics"]:
            continue
        entry = metric(name)
        _, low, high = _floats(row["metrics"][name])
        baseline = version_rows.best_baseline(row, name)
        cells[entry.label] = {
            "This version": _metric_text(row, name),
            "95% interval": entry.write_interval(low, high),
            "Best baseline": f"{plain(baseline[0])} {entry.write(baseline[1])}" if baseline else MISSING,
        }
    return pd.DataFrame.from_dict(cells, orient="index")


def _details(row: Row) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(row["name"], anchor=False, width="content")
            for state in version_rows.states(row):
                st.badge(state, color=version_rows.STATES[state])  # type: ignore[arg-type]
        if "problem" in row:
            st.error(plain(row["problem"], LONGEST_REASON), title="It cannot be loaded", icon=":material/error:")
        else:
            _intact_details(row)
        if auth.is_owner():
            archive_actions.version_actions(row)


def _intact_details(row: Row) -> None:
    """The details of an intact version."""
    _verdict(row)
    st.table(facts_table(row), border="horizontal", hide_header=True, alt=f"Facts about {row['name']}")
    table = metrics_table(row)
    if len(table):
        st.table(table, border="horizontal", alt=f"Metrics of {row['name']}")
        st.caption(version_rows.measured_on(row["n"]))
    settings = st.expander("Settings", icon=":material/tune:", key=SETTINGS_OPENED, on_change="rerun")
    if settings.open:  # more than a hundred rows
        settings.table(settings_table(row["settings"]), border="horizontal", alt=f"Settings of {row['name']}")


def facts_table(row: Row) -> pd.DataFrame:
    """When, by whom, on what and how a version was trained, by label; one column."""
    (who, why), seconds = version_rows.made_by(row), row.get("seconds")
    data = row.get("data") or {}
    counts = [f"{data[name]:,} {name}" for name in ("ratings", "users", "movies") if isinstance(data.get(name), int)]
    created = row.get("created")
    facts = {
        "Trained": f"{version_rows.ago(created)} ({version_rows.format_time(created)} UTC), by {who}",
        "Reason": "" if why == MISSING else why,
        "Data": ": ".join(filter(None, [version_rows.data_name(row), ", ".join(counts)])),
        "Preset": clean(row.get("preset") or "").capitalize(),
        "Split": clean(row.get("split") or "").capitalize(),
        "Training time": duration(seconds) if seconds else "",
        "Size": version_rows.size(row),
        "Id": row["version"],
    }
    facts = {label: plain(text, LONGEST_REASON) for label, text in facts.items() if text}
    return pd.DataFrame.from_dict(facts, orient="index", columns=["Fact"])


def _verdict(row: Row) -> None:
    """The verdict of the promotion gate: against what, by how much, and every reason."""
    verdict = row.get("gate")
    if verdict is None:
        st.caption(":material/help: Published by a script, without the promotion gate.")
        return
    comparison = gate_verdict.comparison(verdict)
    if verdict["passed"]:
        st.success(
            f"Accepted: {gate_verdict.acceptance(verdict, row)}. {comparison}".strip(), icon=":material/check_circle:"
        )
    else:
        _rejection(verdict, comparison)
    if certainty := gate_verdict.certainty(verdict):
        st.caption(certainty)


def _rejection(verdict: Mapping[str, Any], comparison: str) -> None:
    champion = verdict["champion"]
    compared_with = f", compared with {plain(version_rows.readable(champion))}" if champion else ""
    reasons, short_reasons = verdict["reasons"], shorten_reasons(verdict["reasons"])
    st.warning(
        f"Rejected by the promotion gate{compared_with}. {comparison}\n{bullets(short_reasons)}",
        icon=":material/block:",
    )
    if len(short_reasons) < len(reasons):
        with st.expander(f"All {len(reasons)} reasons", icon=":material/list:"):
            st.markdown(bullets(reasons))


def settings_table(settings: Mapping[str, Any]) -> pd.DataFrame:
    """The settings with their values and meanings, by name."""
    cells = {
        plain(setting_name(name)): {"Value": plain(setting_value(name, value)), "Meaning": HELP.get(name, "")}
        for name, value in settings.items()
    }
    return pd.DataFrame.from_dict(cells, orient="index", columns=["Value", "Meaning"])


def _metric_text(row: Row, name: str) -> str:
    interval = (row.get("metrics") or {}).get(name)
    return metric(name).write(_floats(interval)[0]) if interval else MISSING


def _floats(interval: Sequence[Any]) -> list[float]:
    return [math.nan if value is None else float(value) for value in interval]
