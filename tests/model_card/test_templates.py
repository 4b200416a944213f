"""The card's templates: all text of a card is escaped, and the page is one file without external resources."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import UndefinedError

from recsys.model_card import facts, page
from recsys.model_card.page import _environment
from recsys.model_card.sections import sections
from tests.model_card.test_model_card import find, parsed, text_of

HOSTILE = "<script>alert(\"{}\")</script><b onclick='x'>&amp;{{{{ 7 * 7 }}}}</b>"
# Keys by which the card looks something up, and the date: any other text there makes no card.
LOOKED_UP = re.compile(
    r"created|(metrics|gains|stars|slices)\.\d+\.(metric|model|slice|group)|(gaps|biases)\..*|audit\.\d+\.check"
)
JSON_ONLY = re.compile(r"metrics\.\d+\.(sentence|better)|config\.extractors\..*|gains\..*")


@pytest.fixture(scope="module")
def values(tiny_version) -> dict[str, Any]:
    """The card of the tiny model, with values in the fields that are empty in it."""
    card = facts(tiny_version)
    card["data"] |= {"citation": "A paper", "dropped": [{"table": "ratings", "rows": 3, "reason": "too old"}]}
    return card


def texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in plain values, with the dotted path to it."""
    branches = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, branch in branches:
        yield from texts(branch, f"{path}.{name}".strip("."))
    if isinstance(value, str):
        yield path, value


def replaced(value: Any, changed: dict[str, str], path: str = "") -> Any:
    """The same plain values with other texts at some paths."""
    if isinstance(value, dict):
        return {name: replaced(branch, changed, f"{path}.{name}".strip(".")) for name, branch in value.items()}
    if isinstance(value, list):
        return [replaced(branch, changed, f"{path}.{index}".strip(".")) for index, branch in enumerate(value)]
    return changed.get(path, value)


def markup(document: str) -> list[tuple[str, tuple[str, ...]]]:
    """The elements of a page and the names of their attributes, in order."""
    return [(element.tag, tuple(sorted(element.attrib))) for element in parsed(document).iter()]


def test_hostile_text_in_any_field_is_shown_as_text(values):
    hostile = {path: HOSTILE.format(path) for path, _ in texts(values) if not LOOKED_UP.fullmatch(path)}
    visible = {path: text for path, text in hostile.items() if not JSON_ONLY.fullmatch(path)}
    document = page(replaced(values, hostile))
    text = text_of(parsed(document))
    assert [path for path, value in visible.items() if value not in text] == []
    assert {path.split(".")[0] for path in visible} >= {"version", "preset", "libraries", "data", "config", "split"}
    assert {path.split(".")[0] for path in visible} >= {
        "metrics",
        "audit",
        "importance",
        "limits",
        "reproduce",
        "digest",
    }
    assert not {tag for tag, _ in markup(document)} & {"script"}
    assert not [name for _, names in markup(document) for name in names if name.startswith("on")]


@pytest.mark.parametrize("path", [("config", "settings"), ("libraries",)])
def test_a_hostile_name_is_shown_as_text(values, path):
    card = copy.deepcopy(values)
    target = card
    for name in path:
        target = target[name]
    target[HOSTILE] = "1"
    document = page(card)
    assert HOSTILE in text_of(parsed(document))
    assert "<script" not in document


@pytest.mark.parametrize("field", ["slice", "group"])
def test_hostile_names_of_groups_are_shown_as_text(values, field):
    card = copy.deepcopy(values)
    for row in card["slices"]:
        row[field] = f"{row[field]} {HOSTILE}"
    document = page(card)
    assert f"{values['slices'][0][field]} {HOSTILE}" in text_of(parsed(document))
    assert markup(document) == markup(page(values))


def test_hostile_code_in_a_limit_is_shown_as_text(values):
    card = copy.deepcopy(values) | {"limits": [f"Run `{HOSTILE}` {HOSTILE}"]}
    limits = next(each for each in parsed(page(card)).iter("section") if find(each, "h2").text == "Limits")
    assert [text_of(code) for code in limits.iter("code")] == [HOSTILE]
    assert text_of(find(limits, "ul")) == f"Run {HOSTILE} {HOSTILE}"


def test_the_page_is_one_file_without_external_resources(values):
    document = page(values)
    root = parsed(document)
    attributes = {name for element in root.iter() for name in element.attrib}
    assert attributes <= {
        *("lang", "charset", "name", "content", "id", "class", "scope", "colspan", "style", "role", "aria-label"),
        *("viewBox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "points"),
        *("text-anchor", "stroke-dasharray"),
    }
    styles = [element.text or "" for element in root.iter("style")] + [
        element.get("style", "") for element in root.iter()
    ]
    assert not [style for style in styles if re.search(r"url\(|@import|//|src|expression", style)]
    assert len(list(root.iter("style"))) == 1
    assert "{%" not in document
    assert "{{" not in document


def test_the_page_can_be_made_from_the_json(values):
    assert page(json.loads(json.dumps(values, allow_nan=False))) == page(values)


def test_a_name_missing_from_the_context_is_an_error(values):
    context = sections(values)
    del context["data"]["licence"]
    with pytest.raises(UndefinedError, match="licence"):
        _environment().get_template("card.html.jinja").render(context)


def test_every_template_is_used_and_none_marks_text_as_safe():
    environment = _environment()
    loader = environment.loader
    assert loader is not None
    sources = {name: loader.get_source(environment, name)[0] for name in environment.list_templates()}
    all_sources = "".join(sources.values())
    assert {name for name in sources if f'"{name}"' not in all_sources} == {"card.html.jinja"}
    assert not re.search(r"\|\s*safe|autoescape|Markup", all_sources)


def test_an_unknown_value_is_a_dash(values):
    card = copy.deepcopy(values) | {"digest": None, "seconds": None}
    text = text_of(parsed(page(card)))
    assert "Digest of the model: –" in text
    assert "None" not in text
