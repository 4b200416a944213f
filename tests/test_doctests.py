"""The examples in the docstrings run and say what they say."""

from __future__ import annotations

import doctest
import importlib

import pytest

from recsys.settings import REPOSITORY

FETCHES = "recsys/data/__init__.py"  # its example fetches MovieLens 100K, and so is skipped
EXAMPLES = [
    file
    for file in sorted((REPOSITORY / "recsys").rglob("*.py"))
    if ">>> " in file.read_text("utf-8") and file != REPOSITORY / FETCHES
]


def module_of(file) -> str:
    return ".".join(file.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", [module_of(file) for file in EXAMPLES])
def test_examples_run(name):
    failed, attempted = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert (failed, attempted > 0) == (0, True)


def test_the_public_verbs_and_the_metrics_have_examples():
    modules = {module_of(file) for file in EXAMPLES}
    assert {"recsys", "recsys.metrics.rating", "recsys.metrics.ranking", "recsys.data.dataset"} <= modules
