"""Every page can be used without a mouse and without good eyes, on a desk by day and on a phone in the dark."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright")

from tests.browser import accessibility
from tests.browser.app import settled

pytestmark = pytest.mark.browser
PATHS = [
    "",
    "rate",
    "recommend?user=3",
    "together?people=3-4",
    "my_movies",
    "portrait",
    "predict?user=3&movie=8",
    "movie?movie=8&user=3",
    "evaluate",
    "train",
    "models",
    "data",
]
SCREENS = {
    "desk": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def contexts(browser):
    """One browser context for each screen: the app's code is fetched once."""
    return {name: browser.new_context(**screen) for name, screen in SCREENS.items()}


def remaining_problems(page) -> list[str]:
    """The problems that are left once everything is drawn: charts come after the run, and new colours fade in."""
    for _ in range(12):
        if not (problems := accessibility.problems(page)):
            break
        page.wait_for_timeout(250)
    return problems


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_lacks_nothing(contexts, tiny_app, path, screen):
    _, address = tiny_app
    page = contexts[screen].new_page()
    page.goto(f"{address}/{path}")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)
    assert remaining_problems(page) == []
    if path == "recommend?user=3" and screen == "phone":
        page.get_by_test_id("stExpandSidebarButton").click()  # the filters
        assert remaining_problems(page) == []
    page.close()


BROKEN = """
<h1>Pale</h1><h3>Skipped a level</h3><p style="color: #999; background: #fff">Too pale</p><input placeholder="What?">
<button></button><img src="data:,"><label for="twice">Two</label><b id="twice"></b><i id="twice" tabindex="3"></i>
<div class="js-plotly-plot" style="width: 9px; height: 9px"></div>
"""


def test_the_audit_notices_what_is_wrong(browser):
    page = browser.new_context().new_page()
    page.set_content(BROKEN)
    kinds = sorted(problem.partition(":")[0] for problem in accessibility.problems(page))
    expected = ["headings", "contrast", "no name", "no name", "repeated id", "tab order", "no text alternative"]
    assert sorted({*kinds}) == sorted({*expected})
    assert kinds.count("no name") >= 2
