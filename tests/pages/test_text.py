"""Untrusted text stays text."""

from __future__ import annotations

import ast
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys.settings import REPOSITORY
from recsys.ui.common.text import clean, duration, number, percent, plain, star_row, stars_text


@given(st.text(max_size=300))
def test_every_mark_is_escaped_and_nothing_is_lost(text):
    escaped = plain(text, 200)
    assert not set(re.sub(r"\\.", "", escaped)) & set(string.punctuation)
    assert re.sub(r"\\(.)", r"\1", escaped).replace("\u2060", "") == clean(text, 200)


@pytest.mark.parametrize(
    "mark", [":smile:", ":material/home:", "www.evil.test", "http://evil.test", "a@b.test", "->", "--"]
)
def test_shortcodes_and_bare_urls_are_split(mark):
    assert mark not in re.sub(r"\\(.)", r"\1", plain(mark))


def test_control_and_direction_marks_are_removed():
    assert clean("a\nb\r\n\u202eevil\x00 c") == "a b evil c"
    assert len(clean("x" * 10**6)) == 120


def test_stars():
    assert star_row(4, 5) == ":orange[★★★★]:gray[☆]"
    assert star_row(3.5, 5) == ":orange[★★★½]:gray[☆]"
    assert star_row(5, 5) == ":orange[★★★★★]"
    assert star_row(80, 100) == ""
    assert [stars_text(value) for value in (1, 4, 3.5)] == ["1 star", "4 stars", "3.5 stars"]


def test_numbers_and_durations():
    assert (number(float("nan")), percent(float("nan")), percent(0.4359)) == ("–", "–", "43.6%")
    assert (duration(8.9), duration(125)) == ("8 s", "2 min 05 s")


def test_every_error_is_cut_at_the_same_length():
    """`plain(error)` alone would cut an error at the length of a title."""
    files = [*(REPOSITORY / "recsys" / "ui").rglob("*.py"), *(REPOSITORY / "pages").glob("*.py")]
    calls = [
        (file.name, ast.unparse(node))
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "plain" and ast.unparse(node.args[0]) == "error"
    ]
    assert len(calls) > 5
    assert [call for call in calls if call[1] != "plain(error, LONGEST_REASON)"] == []
    defining_files = [file.name for file in files if "\nLONGEST_REASON =" in file.read_text("utf-8")]
    assert defining_files == ["text.py"]
