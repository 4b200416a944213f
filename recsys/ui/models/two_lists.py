"""Lists of one user by two versions, side by side: which movies entered, left or moved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from recsys.data.title_years import display_title
from recsys.errors import RecsysError
from recsys.registry import Registry, bundle, comparison
from recsys.schema import EXPECTED, MOVIE, RANK
from recsys.serving.recommender import Recommender
from recsys.settings import models_folder
from recsys.ui.common.model_cache import get_loaded
from recsys.ui.common.selected_user import SelectedUser
from recsys.ui.common.text import LONGEST_REASON, clean, plain
from recsys.ui.common.user_picker import usable, user_picker
from recsys.ui.common.version_rows import Row, readable

LIST_LENGTH = 10
CACHED_LISTS = 50
LONGEST_TITLE = 60
LISTS_HEIGHT = 420  # pixels, about: kept free while another version is loaded


def show(first: Row, second: Row) -> None:
    """Select a user of the active version and show both lists."""
    st.subheader("Top-10 list of one user", anchor=False)
    try:
        recommender = get_loaded().recommender
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    picker = user_picker(recommender, "models")
    picker.sync()
    selection = picker.draw()
    if usable(recommender, selection) and selection.value is not None:
        _side_by_side(first, second, SelectedUser.of(recommender, selection.value))


def _side_by_side(first: Row, second: Row, user: SelectedUser) -> None:
    try:
        with st.skeleton(height=LISTS_HEIGHT):
            lists = [_list(str(models_folder()), row["version"], user) for row in (first, second)]
    except RecsysError as error:  # damaged meanwhile, or trained on data without this user
        st.info(plain(readable(str(error)), LONGEST_REASON), icon=":material/person_off:")
    else:
        _lists([first["name"], second["name"]], lists)


def _list(folder: str, version: str, user: SelectedUser) -> pd.DataFrame:
    return list_of_visitor(folder, version, user) if user.user_id is None else list_of(folder, version, user.user_id)


@st.cache_resource(show_spinner=False, max_entries=CACHED_LISTS)
def list_of(folder: str, version: str, user: int) -> pd.DataFrame:
    """The list by a version, loaded only for this call: two models in memory are too many for a small host."""
    return _recommender(folder, version).recommend(user, n=LIST_LENGTH)


def list_of_visitor(folder: str, version: str, user: SelectedUser) -> pd.DataFrame:
    """The visitor's list by a version; kept nowhere. Movies that this version lacks are left out of their ratings."""
    recommender, history = _recommender(folder, version), user.visitor.profile.history if user.visitor else {}
    known = {movie: stars for movie, stars in history.items() if recommender.has_movie(movie)}
    return recommender.recommend(history=known, profile=user.profile, n=LIST_LENGTH)


def _recommender(folder: str, version: str) -> Recommender:
    loaded = get_loaded()
    return loaded.recommender if loaded.version == version else bundle.load(Registry(Path(folder)).path(version))


def summary(moves: pd.DataFrame) -> str:
    """The changes from the second list to the first, as a sentence."""
    first, second = moves["place_one"], moves["place_other"]
    on_both = first.notna() & second.notna()
    counts = {
        "new": (second.isna()).sum(),
        "removed": (first.isna()).sum(),
        "moved": (on_both & (first != second).fillna(False)).sum(),
        "unchanged": (on_both & (first == second).fillna(False)).sum(),
    }
    return f"First list compared with the second: {', '.join(f'{count} {change}' for change, count in counts.items())}."


def change_in_first(rank: int, previous_rank: Any) -> str:
    """Change of a movie on the first list since the second one."""
    if pd.isna(previous_rank):
        return "New"
    return "Same rank" if rank == previous_rank else f"{'Up' if rank < previous_rank else 'Down'} from {previous_rank}"


def change_in_second(rank: int, next_rank: Any) -> str:
    """Change of a movie on the second list up to the first one."""
    if pd.isna(next_rank):
        return "Removed"
    return "Same rank" if rank == next_rank else f"Now {next_rank}"


def _lists(names: list[str], lists: list[pd.DataFrame]) -> None:
    moves = comparison.moves(*[rows[MOVIE].tolist() for rows in lists])
    st.text(summary(moves))
    move_by_movie = moves.set_index(MOVIE)
    for column, name, rows, other_column, describe_change in zip(
        st.columns(2), names, lists, reversed(comparison.PLACES), (change_in_first, change_in_second), strict=True
    ):
        column.caption(name)
        column.dataframe(
            pd.DataFrame(
                {
                    "#": rows[RANK],
                    "Title": [clean(display_title(title), LONGEST_TITLE) for title in rows["title"]],
                    "Expected": rows[EXPECTED].round(2),
                    "Change": [
                        describe_change(int(rank), move_by_movie.loc[movie, other_column])
                        for rank, movie in zip(rows[RANK], rows[MOVIE], strict=True)
                    ],
                }
            ),
            hide_index=True,
            key=f"list_{describe_change.__name__}",
            column_config={
                "#": st.column_config.NumberColumn(width=30),
                "Title": st.column_config.TextColumn(width=168),
                "Expected": st.column_config.NumberColumn(width=70, format="%.2f"),
                "Change": st.column_config.TextColumn(width=96),
            },
            alt=f"The list by {name}",
        )
