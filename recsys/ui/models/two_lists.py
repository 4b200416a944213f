"""One person's lists by two versions, side by side: what entered, what left, what moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from recsys import validation
from recsys.errors import RecsysError
from recsys.registry import Registry, bundle, comparison
from recsys.schema import EXPECTED, MOVIE, RANK, USER, display_title
from recsys.settings import models_folder
from recsys.ui.common import pickers, prediction_card
from recsys.ui.common.model_cache import get_loaded
from recsys.ui.common.text import LONGEST_REASON, clean, plain

LIST = 10
KEPT = 50  # lists held
LONGEST_TITLE = 60


def show(one: str, other: str) -> None:
    """Choose a person, among those whom the version that answers knows, and see both lists."""
    st.subheader("One person's list, by both", anchor=False)
    try:
        recommender = get_loaded().recommender
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    users = pickers.user_labels(recommender, recommender.version)
    picker = pickers.Picker("user", users, validation.user_problem, pickers.example(recommender)[0], "models")
    picker.sync()
    user = picker.draw()
    if user.problem:
        prediction_card.refusal(user.problem, recommender.known_range[USER])
    elif user.value is None:
        st.info("Choose a user to see what each version would show them.", icon=":material/arrow_upward:")
    elif not recommender.has_user(user.value):
        prediction_card.unknown("user", user.value, recommender.known_range[USER])
    else:
        _side_by_side(one, other, user.value)


def _side_by_side(one: str, other: str, user: int) -> None:
    try:
        lists = [list_of(str(models_folder()), version, user) for version in (one, other)]
    except RecsysError as error:  # damaged since it was listed, or made from data without this person
        st.info(plain(error, LONGEST_REASON), icon=":material/person_off:")
    else:
        _lists([one, other], lists)


@st.cache_resource(show_spinner="Asking that version…", max_entries=KEPT)
def list_of(folder: str, version: str, user: int) -> pd.DataFrame:
    """The list of a version, which is read for it and let go: two models at once are too much for a small host."""
    loaded = get_loaded()
    asked = loaded.recommender if loaded.version == version else bundle.load(Registry(Path(folder)).path(version))
    return asked.recommend(user, n=LIST)


def summary(loo_influence: pd.DataFrame) -> str:
    """From the second list to the first, in a sentence."""
    one, other = loo_influence["place_one"], loo_influence["place_other"]
    both = one.notna() & other.notna()
    parts = {
        "entered": (other.isna()).sum(),
        "left": (one.isna()).sum(),
        "moved": (both & (one != other).fillna(False)).sum(),
        "kept their place": (both & (one == other).fillna(False)).sum(),
    }
    return f"From the second to the first: {', '.join(f'{count} {what}' for what, count in parts.items())}."


def arrived(here: int, before: Any) -> str:
    """What became of a movie on the first list, from its place on the second."""
    if pd.isna(before):
        return "Entered"
    return "Same place" if here == before else f"{'Up' if here < before else 'Down'} from {before}"


def went(here: int, after: Any) -> str:
    """What becomes of a movie on the second list, by its place on the first."""
    if pd.isna(after):
        return "Left"
    return "Same place" if here == after else f"Now {after}"


def _lists(versions: list[str], lists: list[pd.DataFrame]) -> None:
    loo_influence = comparison.moves(*[each[MOVIE].tolist() for each in lists])
    st.text(summary(loo_influence))
    places = loo_influence.set_index(MOVIE)
    for column, version, rows, elsewhere, word in zip(
        st.columns(2), versions, lists, reversed(comparison.PLACES), (arrived, went), strict=True
    ):
        column.caption(version)
        column.dataframe(
            pd.DataFrame(
                {
                    "#": rows[RANK],
                    "Title": [clean(display_title(title), LONGEST_TITLE) for title in rows["title"]],
                    "Stars": rows[EXPECTED].round(2),
                    "Change": [
                        word(int(rank), places.loc[movie, elsewhere])
                        for rank, movie in zip(rows[RANK], rows[MOVIE], strict=True)
                    ],
                }
            ),
            hide_index=True,
            key=f"list_{word.__name__}",
            column_config={
                "#": st.column_config.NumberColumn(width=30),
                "Title": st.column_config.TextColumn(width=168),
                "Stars": st.column_config.NumberColumn(width=54, format="%.2f"),
                "Change": st.column_config.TextColumn(width=96),
            },
            alt=f"The list by {version}",
        )
