"""The tables of the README equal those of benchmarks/results."""

from __future__ import annotations

import re

import pytest

from benchmarks import readme


def test_every_table_equals_the_result_file():
    text = readme.README.read_text("utf-8")
    assert len(readme.SECTION.findall(text)) == text.count("<!-- results/") >= 3
    assert readme.filled(text) == text, "run python benchmarks/readme.py"


def test_a_figure_typed_by_hand_is_replaced():
    text = readme.README.read_text("utf-8")
    section = readme.SECTION.search(text)
    assert section
    typed = text[: section.start()] + re.sub(r"0\.\d{4}", "0.9999", section[0], count=1) + text[section.end() :]
    assert typed != text
    assert readme.filled(typed) == text


def test_an_unknown_heading_is_an_error():
    with pytest.raises(ValueError, match="no heading 'Nothing'"):
        readme.filled("<!-- results/ratings.md; Nothing -->\n<!-- end -->")


def test_other_tables_and_comments_stay():
    assert readme.filled("| typed | in |\n<!-- a remark -->\n") == "| typed | in |\n<!-- a remark -->\n"
