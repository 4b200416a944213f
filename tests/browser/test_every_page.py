"""What holds on every page, on a desk by day and on a phone in the dark: no load for each check, one for each page.

A failure names page, screen and check.
"""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright")

from recsys.settings import REPOSITORY
from tests.browser import accessibility
from tests.browser.app import settled
from tests.browser.conftest import HOSTILE_ID
from tests.pages.test_predict import HOSTILE
from tests.pages.test_theme import SETTINGS, contrast

pytestmark = pytest.mark.browser
QUERIES = {  # with which a page shows all that it has
    "recommend": "user=3",
    "together": "people=3-4",
    "movie": f"movie={HOSTILE_ID}&user=3",
    "portrait": "user=3",
    "predict": f"user=3&movie={HOSTILE_ID}",
}
PAGES = sorted(path.stem for path in (REPOSITORY / "pages").glob("*.py"))
PATHS = [f"{name}?{QUERIES.get(name, '')}".strip("?") for name in PAGES]
LABELLED = f"predict?{QUERIES['predict']}"
ALSO_ON_A_PHONE = [
    "recommend?user=99&n=x",
    "movie",
    "portrait",
    "predict?user=abc&movie=9999",
    "models?section=Trend",
    "models?section=Event+log",
]
VISITS = [(screen, path) for screen in ("desk", "phone") for path in PATHS] + [
    ("phone", path) for path in ALSO_ON_A_PHONE
]
SCREENS = {
    "desk": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
HEX = "#{:02x}{:02x}{:02x}"
DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]') &&
    [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every((chart) => chart.querySelector('.main-svg'))
"""  # charts and tables fetch their libraries after the run
RECORD = """
window.refused = [];
document.addEventListener('securitypolicyviolation',
    event => window.refused.push([event.effectiveDirective, event.blockedURI, event.sourceFile]));
"""


class Tab:
    """A browser tab that opens one page after the other, which costs half of what a new tab would."""

    def __init__(self, browser, address: str, screen: str) -> None:
        self.page = browser.new_context(**SCREENS[screen]).new_page()
        self._address, self._screen = address, screen
        self._requested, self._errors = [], []
        self.page.add_init_script(RECORD)
        self.page.on("request", lambda request: self._requested.append(request.url))
        self.page.on("pageerror", lambda error: self._errors.append(str(error)))
        self.page.on("console", lambda message: self._errors.append(message.text))

    def open(self, path: str) -> None:
        """Load a page anew, in a session of its own."""
        self._requested.clear()
        self._errors.clear()
        self.page.goto(f"{self._address}/{path}")
        self.page.get_by_role("heading", level=1).wait_for()
        settled(self.page)
        self.page.wait_for_function(DRAWN)

    def sideways(self) -> list[int]:
        """The width of what is wider than the screen."""
        width = self.page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth")
        return [width] if width > SCREENS[self._screen]["viewport"]["width"] else []

    def pale_labels(self) -> list[str]:
        """Colours of the labels of bars, which stand beside them, that can't be read, or that there is no label."""
        fills = self.page.locator(".js-plotly-plot .bartext").evaluate_all(
            "all => all.map(e => getComputedStyle(e).fill)"
        )
        colours = {HEX.format(*(int(channel) for channel in re.findall(r"\d+", fill)[:3])) for fill in fills}
        background = SETTINGS["theme"][SCREENS[self._screen]["color_scheme"]]["backgroundColor"]
        return [colour for colour in colours if contrast(colour, background) < 4.5] if colours else ["no label"]

    def hostile_title(self) -> list[str]:
        """The heading, if it is not the hostile title as it was typed, and what its markup has become."""
        heading = self.page.get_by_role("heading").filter(has_text="loud").first.inner_text()
        became = "a[href*='//evil'], a[href*='//www.evil'], [src*='192.0.2.1'], :is(h1, h2) :is(a[href], img, b, em)"
        elements = self.page.get_by_test_id("stMain").locator(became).evaluate_all("all => all.map(e => e.outerHTML)")
        is_typed = heading.replace("\u2060", "").strip().startswith(HOSTILE[:60])
        return elements + ([] if is_typed else [heading])

    def touch(self) -> None:
        """Use what is drawn only when it is used."""
        main = self.page.get_by_test_id("stMain")
        for chart in main.locator(".js-plotly-plot").all()[:2]:
            chart.hover()
        for expander in main.get_by_test_id("stExpander").locator("summary").all()[:2]:
            expander.click()
        settled(self.page)

    def refused(self) -> list[object]:
        """What the content security policy has refused, and errors of scripts."""
        is_problem = re.compile("Content Security Policy").search
        return self.page.evaluate("window.refused") + [text for text in self._errors if is_problem(text)]

    def foreign(self) -> list[str]:
        """Requests to any other host."""
        return [url for url in self._requested if not url.startswith((self._address, "data:", "blob:"))]


def unreachable(page) -> list[str]:
    """What the audit of accessibility finds once everything is drawn: charts come late, and new colours fade in."""
    for _ in range(12):
        if not (problems := accessibility.problems(page)):
            break
        page.wait_for_timeout(250)
    return problems


@pytest.fixture(scope="module")
def tabs(browser, tiny_app):
    """One for each screen."""
    return {screen: Tab(browser, tiny_app[1], screen) for screen in SCREENS}


@pytest.mark.parametrize(("screen", "path"), VISITS)
def test_a_page_is_sound(tabs, screen, path):
    tab = tabs[screen]
    tab.open(path.removeprefix("home"))
    problems_by_check = {
        "accessibility": unreachable(tab.page),
        "scrolls sideways": tab.sideways(),
        "pale labels": tab.pale_labels() if path == LABELLED else [],
        "hostile title": tab.hostile_title() if f"movie={HOSTILE_ID}" in path else [],
    }
    filters = tab.page.get_by_role("button", name=re.compile("Filters"))
    if filters.count():
        filters.first.click()
        tab.page.mouse.move(0, 0)
        settled(tab.page)
        problems_by_check["accessibility of filters"] = unreachable(tab.page)
        tab.page.keyboard.press("Escape")
    tab.touch()
    problems_by_check |= {
        "refused by the policy": tab.refused(),
        "other hosts": tab.foreign(),
        "exceptions": tab.page.get_by_test_id("stException").all_inner_texts(),
    }
    assert {check: problems for check, problems in problems_by_check.items() if problems} == {}


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
