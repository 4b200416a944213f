"""Names say what a thing is in the field's words: those of the project's former dialect do not come back."""

from __future__ import annotations

import io
import keyword
import tokenize
from pathlib import Path

import pytest

from recsys.settings import REPOSITORY

FOLDERS = ("recsys", "pages", "tests", "benchmarks")
# Words that are also good English names are not here.
FORMER = frozenset(
    [
        "Recipe",
        "recipe",
        "Histories",
        "Margin",
        "Learned",
        "Parts",
        "Aside",
        "aside",
        "decide",
        "left_out",
        "sweeps",
        "cold_share",
        "wanted_share",
        "column_share",
        "test_share",
        "refreshed",
        "owners",
        "anonymous",
        "require_fit",
        "left_to_movies",
        "chosen_signals",
        "Signal",
        "SIGNALS",
        "Facts",
        "Company",
        "Choice",
        "Taste",
        "learn_habits",
        "Appeal",
        "appeal",
        "Worth",
        "worth",
        "Crowd",
        "crowd",
        "Pools",
        "Contests",
        "contests",
        "Wanted",
        "Arrangement",
        "arranged",
        "bent",
        "diversified",
        "ordered",
        "liking",
        "lifted",
        "gems",
        "moved",
        "Cut",
        "Voice",
        "dealt",
        "kept_back",
        "watched",
        "PersonFit",
        "UserSums",
        "user_sums",
        "falls",
        "fallen",
        "Shelf",
        "shelf",
        "parcel",
        "delivery",
        "delivered",
        "turn_lock",
        "Leash",
        "leash",
        "Sieve",
        "sieve",
        "let_go",
        "Patience",
        "patience",
        "Asking",
        "Film",
        "film",
        "Foreseen",
        "foreseen",
        "foresee",
        "Sought",
        "Shortlist",
        "shortlist",
        "read_shortlist",
        "asker",
        "Wish",
        "wish",
        "fulfilled",
        "alike_checked",
        "Refusal",
        "Answers",
        "Question",
        "standing",
        "mishap",
        "wishing",
        "own_list",
        "own_model",
        "deeds",
        "Door",
        "door",
        "door_for",
        "person",
        "persons",
        "people",
        "told",
        "whom",
        "hand_memory_back",
        "held_by_someone",
        "made_key",
        "at_home",
    ]
)
FORMER_FILES = frozenset(
    [
        "recipe",
        "histories",
        "margin",
        "learning",
        "crossfit",
        "shortening",
        "packing",
        "hashing",
        "threads",
        "definite",
        "locks",
        "sheets",
        "owner",
        "trials",
        "estimates",
        "persons",
        "signals",
        "choice",
        "company",
        "taste",
        "habits",
        "facts",
        "kernels",
        "profile_features",
        "appeal",
        "crowd",
        "pools",
        "contests",
        "audience",
        "prices",
        "wanted",
        "reasons",
        "shared",
        "person_fit",
        "user_sums",
        "falls",
        "fresh",
        "kept",
        "shelf",
        "parcel",
        "delivery",
        "versus",
        "changes",
        "leash",
        "watching",
        "stopping",
        "sieve",
        "cells",
        "wheel",
        "shape",
        "asking",
        "intake",
        "running_score",
        "film",
        "foreseen",
        "questions",
        "wishes",
        "standing",
        "mishap",
        "wishing",
        "opened",
        "address",
        "verdict",
        "why",
        "brand",
        "deeds",
        "sabotage",
        "kills",
    ]
) - {"facts"}  # of the model card: plain values are what it has


def sources() -> list[Path]:
    return [
        file for folder in FOLDERS for file in sorted((REPOSITORY / folder).rglob("*.py")) if ".venv" not in file.parts
    ]


def names_in(text: str) -> set[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME and not keyword.iskeyword(token.string)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_former_name_is_left(folder):
    former_by_file = {}
    for file in sources():
        if file.is_relative_to(REPOSITORY / folder) and (names := names_in(file.read_text("utf-8")) & FORMER):
            former_by_file[str(file.relative_to(REPOSITORY))] = sorted(names)
    assert former_by_file == {}


def test_no_file_has_a_former_name():
    assert [str(file) for file in sources() if file.stem in FORMER_FILES and "ui" not in file.parts] == []


def test_a_former_name_is_noticed():
    assert names_in("def f(recipe):\n    return 'shelf'  # leash\n") & FORMER == {"recipe"}
