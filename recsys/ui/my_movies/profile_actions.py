"""What the visitor can do with all their movies: download, share, load and forget them."""

from __future__ import annotations

import streamlit as st

from recsys.ui.common import profile_download
from recsys.ui.common.links import link
from recsys.ui.common.pickers import YOU_TEXT
from recsys.ui.common.session_profile import Visitor
from recsys.ui.rate import import_file
from recsys.visitor import letterboxd_csv, profile_link
from recsys.visitor.profile import Profile


def show(visitor: Visitor) -> None:
    """The actions as a row of buttons."""
    with st.container(horizontal=True, gap="small"):
        if st.button("Taste portrait", key="my_movies_portrait", icon=":material/palette:"):
            st.switch_page("pages/portrait.py", query_params={"user": YOU_TEXT})
        _downloads(visitor)
        _share(visitor)
        load_button("my_movies_load")
        _forget(visitor)


def load_button(key: str) -> None:
    """A button that leads to where a file is loaded."""
    if st.button(import_file.MODE_LABEL, key=key, icon=":material/upload_file:"):
        st.session_state[import_file.MODE] = import_file.MODE_LABEL
        st.switch_page("pages/rate.py")


def _downloads(visitor: Visitor) -> None:
    profile, stars = visitor.profile, visitor.recommender.stars
    with st.popover("Download", icon=":material/download:", key="my_movies_download"):
        profile_download.button(visitor)
        st.caption("For Letterboxd: import the first under Settings, Data, and the second on its page Watchlist.")
        st.download_button(
            "Ratings and seen movies",
            lambda: letterboxd_csv.ratings_csv(profile, stars),
            letterboxd_csv.RATINGS_NAME,
            "text/csv",
            key="my_movies_ratings_csv",
            on_click="ignore",
            disabled=not (profile.ratings or profile.seen),
        )
        st.download_button(
            "Watchlist",
            lambda: letterboxd_csv.watchlist_csv(profile),
            letterboxd_csv.WATCHLIST_NAME,
            "text/csv",
            key="my_movies_watchlist_csv",
            on_click="ignore",
            disabled=not profile.saved,
        )


def _share(visitor: Visitor) -> None:
    profile, recommender = visitor.profile, visitor.recommender
    with st.popover("Share my taste", icon=":material/share:", disabled=not profile.ratings, key="my_movies_share"):
        st.markdown("Send this link to a friend to find movies for both of you.")
        text = profile_link.encode(profile, recommender.catalogue, recommender.stars)
        st.code(link("together", current_page="my_movies", profile=text), language=None, wrap_lines=True)
        omitted = profile_link.omitted_count(profile)
        st.caption(
            "Anyone with this link can see your ratings, and nothing else of you."
            + (f" The {omitted:,} oldest do not fit and are left out." if omitted else "")
        )


def _forget(visitor: Visitor) -> None:
    with st.popover("Forget all my movies", icon=":material/delete:", key="my_movies_forget"):
        st.markdown(
            "This deletes everything you rated, saved, marked as seen or hid, and what you said about yourself, from "
            "this browser. **You can't undo it.** Download your profile first if you may want it back."
        )
        st.button(
            "Forget everything", key="my_movies_forget_all", type="primary", on_click=_forget_all, args=(visitor,)
        )


def _forget_all(visitor: Visitor) -> None:
    visitor.store(Profile())
    import_file.forget()
    st.toast("Forgotten. Nothing of yours is left here.", icon=":material/check:")
