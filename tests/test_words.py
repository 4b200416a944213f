"""Pages, card and command line speak the field's language: the sentences of the former dialect do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from recsys.settings import REPOSITORY

FOLDERS = ("pages", "recsys/ui", "recsys/charts", "recsys/glossary", "recsys/model_card", "recsys/cli")
FORMER = re.compile(
    "|".join(
        [
            r"\brecipes?\b",
            r"\bsignals?\b",
            r"\bthe journal\b",
            r"\bshelf\b",
            r"beyond chance",
            r"hangs? on",
            r"keep its word",
            r"perfectly honest",
            r"what answers",
            r"answers? (here|now|again)",
            r"goes on answering",
            r"let it answer",
            r"the gate (refuse|would|let|finds)",
            r"passed the gate",
            r"typical miss",
            r"mean miss",
            r"misses by",
            r"\bdecided\b",
            r"commonest",
            r"damped bias$",
            r"come in as",
            r"be a visitor again",
            r"say what is meant",
            r"that is it\b",
            r"rated by at least",
            r"ask from a script",
            r"every setting",
            r"the address follows",
            r"expected of anyone",
            r"ratings' worth",
            r"\bnobody foresaw\b",
        ]
    ),
    re.IGNORECASE,
)
SPACED_PERCENT = re.compile(r"(\d|\}) %(?! ?\d)(?![(}\w])")


# Pages that are being rewritten; take a file out when it is done.
def sentences(file: Path) -> Iterator[tuple[int, str]]:
    """The string literals of a module, docstrings aside, with their lines; in f-strings `{}` for each value."""
    tree = ast.parse(file.read_text("utf-8"))
    docstrings, parts = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            docstrings.add(id(node.body[0].value))  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts |= {id(part) for part in node.values}
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            yield node.lineno, node.value


def texts(folder: str) -> Iterator[tuple[str, str]]:
    """Where each text of a folder stands, and the text: of its modules the literals, of its templates all."""
    for file in sorted((REPOSITORY / folder).rglob("*")):
        name = str(file.relative_to(REPOSITORY))
        if file.suffix == ".py":
            yield from ((f"{name}:{line}", text) for line, text in sentences(file))
        elif file.suffix == ".jinja":
            yield name, file.read_text("utf-8")


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_former_phrase_is_left(folder):
    assert {place: match[0] for place, text in texts(folder) if (match := FORMER.search(text))} == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_percent_sign_follows_its_number_without_a_space(folder):
    assert {place: match[0] for place, text in texts(folder) if (match := SPACED_PERCENT.search(text))} == {}


def test_a_former_phrase_and_a_space_are_noticed(tmp_path):
    module = tmp_path / "page.py"
    module.write_text(
        '"""The gate refused it: docstrings are free."""\nst.text(f"{name} answers now, {share:.1f} %")\n'
    )
    ((line, text),) = [each for each in sentences(module) if "answers" in each[1]]
    assert line == 2
    assert FORMER.search(text)
    assert SPACED_PERCENT.search(text)
