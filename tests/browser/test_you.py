"""A visitor's journeys: their ratings are theirs, on every page, in every tab, after a restart, and nobody else's."""

from __future__ import annotations

import json
import re
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("playwright")
from playwright.sync_api import expect

from recsys.registry import Registry
from recsys.serving.list_options import ListOptions
from recsys.serving.why_not_sentences import why_not_sentences
from recsys.visitor.profile import MovieRef, Profile
from recsys.visitor.profile_file import to_bytes
from tests.browser.app import choose_option, free_port, serving, settled

pytestmark = pytest.mark.browser
HISTORY = {2: 5.0, 4: 4.0, 7: 1.0, 9: 2.0}


class Server:
    """The app over the tiny world, which can be restarted on its port."""

    def __init__(self, folder: Path) -> None:
        self.folders, self.log = (folder / "models", folder / "data"), folder / "server.log"
        self._port, self._running = free_port(), ExitStack()
        self.address = self._start()

    def restart(self) -> None:
        self.stop()
        self._start()

    def stop(self) -> None:
        self._running.close()

    def load_model(self) -> None:
        """Let it answer its first request that needs the model."""
        body = json.dumps({"user_id": 3, "movie_id": 8}).encode()
        headers = {"Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(f"{self.address}/predict", body, headers), timeout=30).close()

    def files(self) -> dict[Path, tuple[int, int]]:
        """Size and time of each file and folder that the server may write."""
        paths = [path for folder in self.folders for path in [folder, *folder.rglob("*")] if path.exists()]
        return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in paths}

    def _start(self) -> str:
        return self._running.enter_context(serving(*self.folders, self.log, port=self._port))


@pytest.fixture(scope="module")
def recommender(five_stars):
    return five_stars


@pytest.fixture(scope="module")
def server(recommender, tmp_path_factory):
    folder = tmp_path_factory.mktemp("you")
    Registry(folder / "models").publish(recommender)
    running_server = Server(folder)
    yield running_server
    running_server.stop()


def visitor_context(browser, server, recommender):
    """A browser that has kept `HISTORY`."""
    profile = Profile()
    for movie, stars in HISTORY.items():
        profile = profile.rate(MovieRef.of(recommender.catalogue, movie), stars)
    kept = {"name": "recsys_profile /", "value": to_bytes(profile, recommender.stars).decode()}
    state = {
        "cookies": [{"name": "recsys_profile", "value": "1", "url": server.address}],
        "origins": [{"origin": server.address, "localStorage": [kept]}],
    }
    return browser.new_context(storage_state=state, viewport={"width": 1280, "height": 900})


def open_page(context, server, path: str):
    page = context.new_page()
    page.goto(f"{server.address}/{path}")
    page.get_by_role("heading", level=1).wait_for()
    settled(page)
    return page


def menu(page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    settled(page)


def rate(page, stars: int, keyboard: bool = False) -> int:
    """Rate the movie that Rate asks about; its id."""
    title = page.get_by_role("heading", name=re.compile(r"The Movie \d+")).first.inner_text()
    star = page.get_by_role("radio", name=f"{stars} out of 5 stars")
    star.press("Enter") if keyboard else star.click()
    expect(page.get_by_role("heading", name=title)).to_have_count(0)
    settled(page)
    return int(re.search(r"The Movie (\d+)", title).group(1))


def card(page, movie: int):
    return page.locator(f".st-key-card_list_{movie}")


def cards(page) -> list[int]:
    """Ids of the movies in the list."""
    classes = [card.get_attribute("class") for card in page.locator("[class*=st-key-card_list_]").all()]
    return [int(re.search(r"st-key-card_list_(\d+)", names).group(1)) for names in classes]


def expect_cards(page, movies: list[int]) -> None:
    """The list has these movies, at the latest after a while."""
    expect(page.locator("[class*=st-key-card_list_]")).to_have_class(
        [re.compile(rf"st-key-card_list_{movie}\b") for movie in movies]
    )
    settled(page)
    assert cards(page) == movies


def hide(page, movie: int) -> None:
    card(page, movie).get_by_role("button", name="Not for me").click()
    expect(card(page, movie)).to_have_count(0)
    settled(page)


def expected_list(recommender, history, hidden=()) -> list[int]:
    return recommender.recommend(history=history, exclude=hidden)["movie_id"].tolist()


def expect_you(page, count: int) -> None:
    page.get_by_role("button", name="For you").wait_for()
    expect(page.get_by_text(f"For you, from {count} ratings.")).to_be_visible()


def test_ratings_and_hidden_movies_outlive_tab_and_server_until_they_are_forgotten(browser, server, recommender):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = open_page(context, server, "rate")
    history = {rate(page, stars): stars for stars in (5, 1, 4, 2, 5)}
    menu(page, "Recommendations")
    expect_you(page, 5)
    listed = expected_list(recommender, history)
    expect_cards(page, listed)

    hide(page, listed[1])
    refilled = expected_list(recommender, history, [listed[1]])
    expect_cards(page, refilled)
    assert len(refilled) == len(listed)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()

    other_tab = open_page(context, server, "recommend")
    expect_you(other_tab, 5)
    expect_cards(other_tab, refilled)
    server.restart()
    page.reload()
    expect_you(page, 5)
    expect_cards(page, refilled)

    menu(page, "My movies")
    page.get_by_role("button", name="Forget all my movies").click()
    page.get_by_role("button", name="Forget everything").click()
    expect(page.get_by_role("button", name="Forget all my movies")).to_have_count(0)
    settled(page)
    page.wait_for_function("() => !Object.keys(localStorage).some((name) => name.startsWith('recsys'))")
    assert not [cookie for cookie in context.cookies() if cookie["name"].startswith("recsys")]
    page.reload()
    expect(page.get_by_role("button", name="Rate a few movies")).to_be_visible()
    other_tab.reload()
    other_tab.get_by_role("button", name=re.compile("For user \\d+")).wait_for()
    assert not page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('recsys'))")


def test_a_rating_in_a_card_leaves_you_selected(browser, server, recommender):
    """The label "You (5 ratings)" changes with the rating, and the browser knows an option by its label alone."""
    page = open_page(visitor_context(browser, server, recommender), server, "recommend")
    expect_you(page, len(HISTORY))
    first, second = cards(page)[:2]
    card(page, first).get_by_role("button", name="Rate").click()
    card(page, first).get_by_role("radio", name="4 out of 5 stars").click()
    expect(card(page, first)).to_have_count(0)
    expect_you(page, len(HISTORY) + 1)
    hide(page, second)
    expect_you(page, len(HISTORY) + 1)
    expect_cards(page, expected_list(recommender, {**HISTORY, first: 4.0}, [second]))


def test_two_visitors_at_once_see_their_own_and_the_server_writes_nothing(browser, server, recommender):
    server.load_model()  # before the files are compared
    before = server.files()
    pages = [open_page(browser.new_context(), server, "rate") for _ in range(2)]
    histories = [{}, {}]
    for stars in ((5, 1), (4, 2)):
        for page, star, history in zip(pages, stars, histories, strict=True):
            history[rate(page, star)] = star
    for page, history in zip(pages, histories, strict=True):
        menu(page, "Recommendations")
        expect_you(page, 2)
        expect_cards(page, expected_list(recommender, history))
    (first, second), hidden = pages, cards(pages[0])[0]
    hide(first, hidden)
    second.reload()
    expect_you(second, 2)
    expect_cards(second, expected_list(recommender, histories[1]))
    assert server.files() == before
    assert not re.search(r"Movie \d|rated|stars|\b[1-5]\.0\b", server.log.read_text("utf-8"))


def test_a_list_for_two_and_a_profile_link_that_adds_a_person(browser, server, recommender):
    page = open_page(visitor_context(browser, server, recommender), server, "together")
    page.get_by_role("button", name="You, 4 ratings").wait_for()
    page.get_by_role("button", name="Add someone").click()
    field = page.get_by_role("combobox", name="Or a MovieLens user")
    field.press_sequentially("User 3 ")
    page.get_by_role("option").first.click()
    page.get_by_role("heading", name="A movie for the two of you").wait_for()
    settled(page)
    rows = page.locator(".group-movie:not(.unranked)")
    together = recommender.recommend_together([{"history": HISTORY}, 3])["movie_id"].tolist()
    assert [int(row.get_attribute("data-movie")) for row in rows.all()] == together

    page.keyboard.press("Escape")
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stCode").first.inner_text().strip()
    friend = browser.new_context().new_page()
    friend.goto(link)
    expect(friend.get_by_role("button", name=re.compile("4 ratings"))).to_have_count(1)
    friend.goto(link[:-4])
    expect(friend.get_by_text("This link is damaged")).to_be_visible()
    expect(friend.get_by_role("button", name=re.compile("4 ratings"))).to_have_count(0)


def test_why_not_answers_and_brings_the_movie_in(browser, server, recommender):
    page = open_page(visitor_context(browser, server, recommender), server, "recommend?n=3")
    movie = recommender.recommend(history=HISTORY, n=8)["movie_id"].iloc[-1]
    title = f"The Movie {movie} ({1950 + movie})"
    expect_you(page, len(HISTORY))
    expect_cards(page, expected_list(recommender, HISTORY)[:3])  # a page that is drawn anew clears what is being typed
    page.get_by_text("Why isn't a movie in my list?").click()
    settled(page)
    choose_option(page, page.get_by_role("combobox", name="Movie", exact=True), title, title)
    answer = recommender.why_not(history=HISTORY, movie_id=int(movie), n=3)
    for sentence in why_not_sentences(answer, ListOptions.checked(n=3), title):
        expect(page.get_by_text(sentence)).to_be_visible()
    expect(card(page, movie)).to_have_count(0)
    page.get_by_role("button", name="Show it in the list").click()
    expect(card(page, movie)).to_have_count(1)


FOCUS = """() => {
    const element = document.activeElement, field = element.closest('[data-focus-visible="true"]') ?? element;
    const { outlineStyle, outlineWidth } = getComputedStyle(field);
    const isRing = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const hasCaret = element.matches("input:is([type=text], [type=number])");
    const part = element.closest('[class*="st-key-"]')?.className.match(/st-key-(\\S+)/)[1] ?? element.tagName;
    return [part, isRing || hasCaret];
}"""


def expect_focus(page, part: str) -> None:
    """The focus is on this part of the page, and can be seen."""
    script = f"(expected) => {{ const [part, isRing] = ({FOCUS})(); return isRing && part === expected; }}"
    try:
        page.wait_for_function(script, arg=part, timeout=8_000)
    except Exception as error:
        raise AssertionError(f"the focus is on {page.evaluate(FOCUS)}, not on {part}") from error


def tab_to(page, part: str) -> None:
    """Press Tab until the focus is on this part of the page; it can be seen at every stop on the way."""
    for _ in range(120):  # twice round
        page.keyboard.press("Tab")
        name, is_ring = page.evaluate(FOCUS)
        if not is_ring and name not in ("BODY", "MAIN"):
            page.wait_for_timeout(300)  # a menu that is drawn anew meanwhile takes focus and style with it
            name, is_ring = page.evaluate(FOCUS)
            assert is_ring or name in ("BODY", "MAIN"), f"the focus cannot be seen on {name}"
        if name == part:
            return
    raise AssertionError(f"Tab does not reach {part}")


def test_everything_is_done_by_keyboard_and_the_focus_is_never_lost(browser, server, recommender):
    page = open_page(browser.new_context(viewport={"width": 1280, "height": 900}), server, "")
    tab_to(page, "home_pages-rate-py")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Rate").wait_for()
    settled(page)
    expect(page.get_by_role("heading", level=1, name="Rate")).to_be_focused()
    asked = re.search(r"\d+", page.locator(".st-key-rate_card").get_by_role("heading").inner_text()).group()
    page.get_by_role("button", name="Haven't seen it").wait_for()
    tab_to(page, f"rate_question_{asked}")
    page.keyboard.press("Enter")
    expect_focus(page, "rate_card")  # the next movie; a second Enter rates nothing

    page.get_by_role("link", name="Recommendations", exact=True).press("Enter")
    page.get_by_role("heading", level=1, name="Recommendations").wait_for()
    settled(page)
    expect(page.locator(".st-key-undo_notice")).to_have_count(0)  # what was done on Rate is not undone here
    first, second, third = cards(page)[:3]
    tab_to(page, f"card_list_{second}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(rf"/movie\?movie={second}"))
    settled(page)
    page.go_back()
    page.get_by_role("heading", level=1, name="Recommendations").wait_for()
    settled(page)

    tab_to(page, f"list_rate_{second}")
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="1 out of 5 stars").wait_for()
    settled(page)
    tab_to(page, f"list_stars_{second}")
    tab_to(page, f"list_rate_{second}")  # now Cancel
    page.keyboard.press("Enter")
    expect(card(page, second).get_by_role("button", name="Save")).to_be_visible()
    settled(page)
    expect_focus(page, f"list_rate_{second}")
    page.keyboard.press("Tab")
    expect_focus(page, f"list_save_{second}")
    page.keyboard.press("Enter")
    expect(card(page, second).get_by_role("button", name="Saved")).to_be_visible()
    settled(page)
    expect_focus(page, f"list_save_{second}")
    expect(page.locator("#recsys-status")).to_have_text(re.compile("^Saved "))  # announced where the focus stays
    expect(page.locator("#recsys-status")).to_have_attribute("role", "status")

    tab_to(page, f"list_not_{second}")
    page.keyboard.press("Enter")
    expect(card(page, second)).to_have_count(0)
    expect_focus(page, "undo_notice")
    tab_to(page, "undo_button")
    page.keyboard.press("Enter")
    expect(card(page, second)).to_have_count(1)
    expect_focus(page, f"list_not_{second}")
    page.keyboard.press("Enter")
    expect_focus(page, "undo_notice")
    tab_to(page, "undo_close")
    page.keyboard.press("Enter")
    expect_focus(page, f"card_list_{third}")
    assert cards(page)[0] == first
