"""The README's figures are those of the results, which commands write."""

from __future__ import annotations

import re

import pytest

from benchmarks import readme


def test_every_table_is_what_the_results_say():
    text = readme.README.read_text("utf-8")
    assert len(readme.PLACE.findall(text)) == text.count("<!-- results/") >= 3
    assert readme.filled(text) == text, "run python benchmarks/readme.py"


def test_a_figure_that_was_typed_in_is_noticed():
    text = readme.README.read_text("utf-8")
    place = readme.PLACE.search(text)
    typed = text[: place.start()] + re.sub(r"0\.\d{4}", "0.9999", place[0], count=1) + text[place.end() :]
    assert typed != text
    assert readme.filled(typed) == text


def test_a_place_that_names_nothing_is_an_error():
    with pytest.raises(ValueError, match="no heading 'Nothing'"):
        readme.filled("<!-- results/ratings.md; Nothing -->\n<!-- end -->")


def test_other_tables_and_pictures_are_left_alone():
    assert readme.filled("| typed | in |\n<!-- a remark -->\n") == "| typed | in |\n<!-- a remark -->\n"
