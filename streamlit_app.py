"""Entry point: the pages, and on the same port routes, security headers and a warm start. Nothing is calculated here.

This file has two roles: the server imports it once and serves `app`; each page run executes it as `__main__`. A host
that ignores `app` still gets every page, only without the routes.
"""

from __future__ import annotations

import logging

import streamlit as st

if __name__ != "__main__":  # the navigation runs without a session here on purpose: silence the warning
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)

PAGES = {
    "home": "What this is, which model is active, and how good it is beside the simplest guesses.",
    "predict": "One user, one movie: the stars the model expects, how sure it is, and what that rests on.",
    "rate": "For newcomers: rate a few movies, see your list at once, and how well the app does on you.",
    "my_movies": "What you have rated, saved, seen and hidden: change it, take it with you, share or forget it.",
    "recommend": "A list for one user: filters, four ways to rank, two sliders and what they cost, and reasons.",
    "together": "One list for two to eight: what nobody has seen and everybody should like, and where tastes differ.",
    "evaluate": "How good the model is: on what, for whom, beside which baselines, and how sure that is.",
    "train": "Retrain with your own settings, watch it, stop it, and hear whether the gate lets it answer.",
    "models": "Every version and how good it is, two of them compared, and who changed what.",
    "data": "The ratings: source and licence, what was dropped and why, how they are spread; bring your own.",
}
# At module level, so that the first deep link after a start finds the pages.
page = st.navigation(
    [
        st.Page(f"pages/{name}.py", title=name.capitalize().replace("_", " "), default=name == "home", help=help_text)
        for name, help_text in PAGES.items()
    ],
    position="top",
)

if __name__ == "__main__":
    from recsys.ui.common import auth, browser_storage, owner_cookie, theme

    auth.sign_in_from_url()
    owner_cookie.draw()
    st.html(theme.STYLE)
    st.set_page_config(page_title=f"{page.title} · Movie recommender", page_icon=theme.MARK)
    st.logo(theme.MARK, size="small")
    if browser_storage.sync():
        st.caption("Opening your ratings…")
    else:
        page.run()
else:
    from recsys.ui.common import error_page, front_door

    app = st.App(
        __file__,
        routes=front_door.routes(),
        middleware=front_door.middleware(),
        lifespan=front_door.lifespan,
        on_script_error=error_page.show,
    )
