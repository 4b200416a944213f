"""CSV that a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from recsys.core.csv_export import csv_bytes


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x.test")'])
def test_text_that_begins_like_a_formula_is_quoted(cell):
    table = pd.DataFrame({"Title": [cell, "Alien"], cell: [1, 2]})
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode("utf-8-sig"), newline="")))
    assert rows == [["Title", "'" + cell], ["'" + cell, "1"], ["Alien", "2"]]


def test_numbers_stay_numbers_and_text_is_unchanged():
    table = pd.DataFrame({"Title": ['"Q", a\nb', "Amélie ★", "-"], "Year": [1, None, 3], "Change": [-1.5, 2, 0]})
    table["Year"] = table["Year"].astype("Int64")
    original = table.copy()
    rows = list(csv.reader(io.StringIO(csv_bytes(table).decode("utf-8-sig"), newline="")))
    assert rows[1:] == [['"Q", a\nb', "1", "-1.5"], ["Amélie ★", "", "2.0"], ["'-", "3", "0.0"]]
    pd.testing.assert_frame_equal(table, original)
