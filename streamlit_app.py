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
    "home": "What the app does, the current model, and how accurate it is.",
    "predict": "How many stars would a user give a movie? With probabilities and reasons.",
    "rate": "New here? Rate a few movies. Your list updates with every rating.",
    "recommend": "Movies to watch next for one user, with filters and reasons.",
    "evaluate": "Accuracy, RMSE, calibration and ranking metrics, compared with baselines.",
    "train": "Train a new model with your own settings and watch its progress.",
    "models": "All versions: metrics, comparison, promotion, rollback and event log.",
    "data": "The ratings: source, licence, checks and distribution; upload your own.",
}
# At module level, so that the first deep link after a start finds the pages.
page = st.navigation(
    [
        st.Page(f"pages/{name}.py", title=name.capitalize(), default=name == "home", help=help_text)
        for name, help_text in PAGES.items()
    ],
    position="top",
)

if __name__ == "__main__":
    from recsys.ui.common import auth, owner_cookie, theme

    auth.sign_in_from_url()
    owner_cookie.draw()
    st.html(theme.STYLE)
    st.set_page_config(page_title=f"{page.title} · Movie recommender", page_icon=theme.MARK)
    st.logo(theme.MARK, size="small")
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
