"""The card as one HTML file that asks nothing of any network: its facts in sections, tables and figures."""

from __future__ import annotations

from typing import Any

from recsys.evaluation.slices import SMALL_ROWS, SMALL_USERS
from recsys.evaluation.strongest import strongest
from recsys.glossary import extractor_name, metric, model_name
from recsys.model_card.elements import bar, bullets, confusion, paragraph, reliability, section, table, text
from recsys.model_card.export import Facts, cell, count, day, interval, label, written
from recsys.model_card.style import STYLE
from recsys.schema import star_name

HEADLINES = ("accuracy", "rmse", "weighted_kappa", "ndcg@10", "calibration_error")
MODELS = ("model", "original", "bias", "majority", "popularity")
SLICED = ("rmse", "accuracy")


def page(facts: Facts) -> str:
    """The card of some facts as a complete HTML document."""
    title = f"Model card: {facts['version'] or 'a model that is not on a shelf'}"
    sections = [_headlines, _metrics, _stars, _slices, _limits, _data, _config, _reproduce]
    sections.insert(len(sections) - 3 if facts["audit"] and _failed(facts) == 0 else 0, _audit)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{text(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{text(title)}</h1>{''.join(part(facts) for part in (_head, *sections))}</main></body></html>\n"
    )


def _head(facts: Facts) -> str:
    data = facts["data"]
    return paragraph(
        f"Predicts how many stars a person would give a movie, and ranks movies for them. Trained on {data['name']}, "
        f"preset {facts['preset']}, {day(facts['created'])}.",
        "soft",
    )


def _audit(facts: Facts) -> str:
    """The leakage audit: an alarm when a check failed."""
    checks = facts["audit"]
    if not checks:
        return section("Leakage audit", paragraph("It was not run for this model.", "failed"))
    rows = [
        [
            f'<span class="{"passed" if row["passed"] else "failed"}">{"passed" if row["passed"] else "FAILED"}</span>',
            text(row["title"]),
            text(row["measured"]),
        ]
        for row in checks
    ]
    said = f"{len(checks) - _failed(facts)} of {len(checks)} checks passed."
    alarm = "The audit failed: the figures of this card are too good to be true. " if _failed(facts) else ""
    return section(
        "Leakage audit",
        paragraph(alarm + said, "alarm failed" if alarm else ""),
        table(("", "check", "measured"), rows),
    )


def _failed(facts: Facts) -> int:
    """How many checks of the audit failed."""
    return sum(not row["passed"] for row in facts["audit"])


def _headlines(facts: Facts) -> str:
    """The few figures that tell most, each beside the better of its baselines."""
    cards = "".join(_headline(row) for row in facts["metrics"] if row["metric"] in HEADLINES)
    said = (
        f"On {facts['test_rows']:,} ratings of {facts['test_users']:,} people that were held out of the training "
        f"({facts['split']} split). Intervals hold 95 % of what comes out when people are drawn anew."
    )
    return section("How good it is", paragraph(said), f'<div class="heads">{cards}</div>')


def _headline(row: Facts) -> str:
    name, ours = row["metric"], row["values"]["model"]
    others = ((model, values["value"]) for model, values in row["values"].items() if model != "model")
    beside = [f"{model_name(model)} {_unbroken(written(name, value))}" for model, value in others if value is not None]
    return (
        f'<div class="head">{text(label(name, row["label"]))}<b>{text(written(name, ours["value"]))}</b>'
        f'<span class="soft">{text(interval(name, ours))}<br/>{"<br/>".join(map(text, beside))}</span></div>'
    )


def _unbroken(figure: str) -> str:
    return figure.replace(" ", "\u00a0")


def _metrics(facts: Facts) -> str:
    """Every metric with its formula, the model's interval, and the baselines on the same rows."""
    rows, models = [], [model for model in MODELS if any(model in row["values"] for row in facts["metrics"])]
    for row in facts["metrics"]:
        name, values = row["metric"], row["values"]
        cells = [cell(name, values.get(model)) for model in models]
        head = f"{text(label(name, row['label']))}<br/><small>{text(row['formula'])}</small>"
        rows.append([head, *cells, count(values["model"]["n"] if "model" in values else None)])
    heads = ("metric and formula", *(model_name(name) for name in models), "n")
    note = (
        "The commonest star expects the mean rating. Metrics of lists are means over people with at least one liked "
        "held-out movie; every movie they had not rated before is a candidate."
    )
    return section(
        "Every figure beside its baselines", table(heads, rows, range(1, len(heads))), paragraph(note, "soft")
    )


def _stars(facts: Facts) -> str:
    """Which stars are taken for which, and whether probabilities mean what they say."""
    found = facts["confusion"]
    names = [star_name(star) for star in found["stars"]]
    per_star = {(row["slice"], row["metric"]): row for row in facts["stars"]}
    kinds = ("precision", "recall", "f1")
    rows = [[text(name), *(cell(kind, per_star.get((f"star={name}", kind))) for kind in kinds)] for name in names]
    return section(
        "Star by star",
        "<h3>What was decided, by what was given</h3>",
        confusion(names, found["counts"], found["shares"]),
        paragraph("Each row sums to 100 % of the ratings that truly have its star; counts below.", "soft"),
        table(("star", "precision", "recall", "F1"), rows, (1, 2, 3)),
        "<h3>Do probabilities mean what they say?</h3>",
        reliability(facts["reliability"]),
    )


def _data(facts: Facts) -> str:
    data = facts["data"]
    counts = (
        f"{count(data['ratings'])} ratings by {count(data['users'])} people; {count(data['movies'])} movies in the "
        f"catalogue, {count(data['rated_movies'])} of them rated."
    )
    dropped = [f"{row['rows']:,} rows of {row['table']} dropped: {row['reason']}." for row in data["dropped"]]
    cited = paragraph(data["citation"]) if data["citation"] else ""
    mark = f"<p>Fingerprint of the content: <code>{text(data['fingerprint'])}</code></p>"
    return section(
        "Data and licence",
        paragraph(f"{data['name']}: {counts}"),
        bullets(dropped),
        paragraph(data["licence"]),
        cited,
        mark,
    )


def _config(facts: Facts) -> str:
    """Settings, signals and what the answers hang on."""
    config = facts["config"]
    settings = [[text(name), text("–" if value == "" else value)] for name, value in config["settings"].items()]
    hang = [
        [text(extractor_name(row["extractor"])), str(row["features"]), bar(row["trees"]), bar(row["linear"])]
        for row in facts["importance"]
    ]
    libraries = ", ".join(f"{name} {number}" for name, number in (facts["libraries"] or {}).items())
    said = (
        f"{config['features']} features of {len(config['extractors'])} signals, cross-fitted; a linear start, then "
        f"{config['rounds']} rounds of XGBoost over the star values. Trained in {facts['seconds']} s with {libraries}."
    )
    note = (
        "Trees: share of all that splits gained in the loss. Linear start: share of the weights' size, in standard "
        "deviations. Neither says that anything causes a rating; signals that tell the same share what they have."
    )
    return section(
        "Recipe",
        paragraph(said),
        table(("extractor", "features", "trees", "linear start"), hang, (1,)),
        paragraph(note, "soft"),
        "<h3>Settings</h3>",
        table(("setting", "value"), settings, (1,)),
    )


def _slices(facts: Facts) -> str:
    """Typical miss and accuracy of each group, the model beside the strongest baseline of each."""
    rows = facts["slices"]
    sides = [(kind, model) for kind in SLICED for model in ("model", _strongest(facts, kind)) if model]
    parts = [_slice(rows, name, sides) for name in dict.fromkeys(row["slice"] for row in rows)]
    note = f"In grey: groups under {SMALL_ROWS} ratings or {SMALL_USERS} people, too few to compare."
    return section("For whom, and for what", paragraph(note, "soft"), *parts) if parts else ""


def _strongest(facts: Facts, kind: str) -> str | None:
    """The baseline that is hardest to beat in a metric, of those that the card's groups have."""
    values = next((row["values"] for row in facts["metrics"] if row["metric"] == kind), {})
    return strongest(kind, {model: of["value"] for model, of in values.items() if model != "model"})


def _slice(rows: list[dict[str, Any]], name: str, sides: list[tuple[str, str]]) -> str:
    mine = {(row["group"], row["model"], row["metric"]): row for row in rows if row["slice"] == name}
    groups, lines, few = list(dict.fromkeys(group for group, _, _ in mine)), [], []
    for number, group in enumerate(groups):
        one = mine[group, "model", "rmse"]
        if one["n"] < SMALL_ROWS or one["users"] < SMALL_USERS:
            few.append(number)
        cells = [cell(kind, mine.get((group, model, kind))) for kind, model in sides]
        lines.append([text(group), *cells, count(one["n"]), count(one["users"])])
    beside = {model: "" if model == "model" else f", {model_name(model).lower()}" for _, model in sides}
    heads = [*(f"{metric(kind).label}{beside[model]}" for kind, model in sides), "ratings", "people"]
    return f"<h3>By {text(name)}</h3>" + table((name, *heads), lines, range(1, len(heads) + 1), few)


def _limits(facts: Facts) -> str:
    return section("Limits", bullets(facts["limits"]))


def _reproduce(facts: Facts) -> str:
    commands = "\n".join(facts["reproduce"])
    said = "The same data, settings and library versions give the same model, whatever the machine:"
    mark = f"<p>Digest of the model: <code>{text(facts['digest'])}</code></p>"
    return section("Make it again", paragraph(said), f"<pre><code>{text(commands)}</code></pre>", mark)
