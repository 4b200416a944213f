"""Entry point: the pages, and on the same port routes, security headers and a warm start. Nothing is calculated here.

This file has two roles: the server imports it once and serves `app`; each page run executes it as `__main__`. A host
that ignores `app` still gets every page, only without the routes.
"""

from __future__ import annotations

import logging

import streamlit as st

if __name__ != "__main__":  # the navigation runs without a session here on purpose: silence the warning
    logging.getLogger("streamlit.runtime.scriptrunner_utils.script_run_context").setLevel(logging.ERROR)

PAGES = {  # by path: title and help
    "home": ("Home", "What you can do here, and how good the model is."),
    "rate": ("Rate", "Rate a few movies. Your list updates with every rating."),
    "recommend": ("Recommendations", "Movies to watch next, for you or any user, with filters and reasons."),
    "together": ("Together", "One list for two to eight people, and where their tastes clash."),
    "movie": ("Look up", "One movie: what you would give it and why, how people rated it, and movies like it."),
    "my_movies": (
        "My movies",
        "What you have rated, saved, seen and hidden: change it, download it, share or forget it.",
    ),
    "portrait": ("Taste portrait", "What you, or a user, like beside everyone else, as a picture to share."),
}
BEHIND_THE_SCREEN = {  # for students and engineers
    "how_it_works": ("How it works", "The model in one picture, and what a leak does."),
    "predict": ("Predict", "How many stars would you, or a user, give a movie? With probabilities and reasons."),
    "evaluate": ("Evaluate", "Accuracy, RMSE, calibration and ranking metrics, compared with baselines."),
    "train": ("Train", "Train a new model with your own settings and watch its progress."),
    "models": ("Models", "All versions: metrics, comparison, promotion, rollback and event log."),
    "data": ("Data", "The ratings: source, licence, checks and distribution; upload your own."),
}
# At module level, so that the first deep link after a start finds the pages.
page = st.navigation(
    {
        section: [
            st.Page(f"pages/{name}.py", title=title, default=name == "home", help=help_text)
            for name, (title, help_text) in pages.items()
        ]
        for section, pages in (("", PAGES), ("Behind the screen", BEHIND_THE_SCREEN))
    },
    position="top",
)

if __name__ == "__main__":
    from recsys.ui.common import auth, browser_storage, keyboard_focus, owner_cookie, theme, undo

    auth.sign_in_from_url()
    owner_cookie.draw()
    keyboard_focus.draw()
    st.html(theme.style())
    st.set_page_config(page_title=f"{page.title} · Movie recommender", page_icon=theme.MARK)
    undo.forget_on_another_page(page.url_path)
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
