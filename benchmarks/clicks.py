"""How long a visitor waits in a real browser: the first page, a menu change, a rating, a filter, a list for four.

    python -m benchmarks.clicks             # starts the app itself on a free port; needs a Chromium

Needs a trained model (`python -m recsys train`). From the action to the moment at which the result is on screen.
Writes benchmarks/results/clicks.md and clicks.json. Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.times import Latencies, text_table, write
from recsys import settings

LIMITS = {  # milliseconds at p95
    "first page": 2500.0,
    "menu change": 500.0,
    "rating a movie": 400.0,
    "a filter": 500.0,
    "a list for four people": 500.0,
}
TITLES = "[class*=st-key-card_list_]"
TOGETHER = "[class*=st-key-card_together_]"
# By the page's own clock, from key or click to the first frame after the change: asking from outside slows it down.
WATCH = """
(selector) => {
  const texts = () => [...document.querySelectorAll(selector)].map((element) => element.textContent).join();
  const before = texts();
  window.waited = 0;
  let began = 0;
  const start = (event) => { began = event.timeStamp; };
  for (const kind of ["pointerdown", "keydown"])
    document.addEventListener(kind, start, {capture: true, once: true});
  const observer = new MutationObserver(() => {
    if (!began || !texts() || texts() === before) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.waited = performance.now() - began; }));
  });
  observer.observe(document.body, {subtree: true, childList: true, characterData: true});
}
"""
STARS = (4, 2, 3, 4, 1)  # positions of the stars that a visitor gives; the first opens the list and is not timed
FOUR = "196-405-13-655"  # two of them with most ratings


def main() -> int:
    """Measure, print and write the table; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=10, help="visitors, one after the other (default 10)")
    options = parser.parse_args()
    measurements = [Latencies(name, values, LIMITS[name]) for name, values in measured(options.visits).items()]
    print(text_table(measurements))
    note = "Milliseconds in a real browser, MovieLens 100K; written by `python -m benchmarks.clicks`."
    write("clicks", "How long a visitor waits", note, measurements)
    return 0 if all(each.within_limit for each in measurements) else 1


def measured(visits: int) -> dict[str, np.ndarray]:
    """Milliseconds of each operation, one value per visit (four for menu changes); a first visit warms up."""
    from tests.browser.app import chromium, serving

    milliseconds: dict[str, list[float]] = {name: [] for name in LIMITS}
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            for visit in range(visits + 1):
                for name, values in _visit(cast(Any, browser), address).items():
                    milliseconds[name] += values if visit else []
    return {name: np.array(values) for name, values in milliseconds.items()}


def _visit(browser: Any, address: str) -> dict[str, list[float]]:
    """One visitor: Rate, five ratings, their list, a filter, a list for four, and four pages by the menu."""
    from tests.browser.app import settled

    context = browser.new_context(viewport={"width": 1280, "height": 1300})
    page = context.new_page()

    def waited(act: Callable[[], object], selector: str) -> float:
        page.evaluate(WATCH, selector)
        act()
        page.wait_for_function("() => window.waited", timeout=30_000)
        elapsed = page.evaluate("() => window.waited")
        settled(page)
        page.wait_for_timeout(400)
        return elapsed

    times: dict[str, list[float]] = {}
    began = time.perf_counter()
    page.goto(f"{address}/rate")
    page.locator("[class*=st-key-card_well_known_]").first.wait_for()
    times["first page"] = [1000 * (time.perf_counter() - began)]
    settled(page)
    stars = page.get_by_test_id("stFeedback").first.get_by_role("radio")
    titles = "[class*=st-key-card_rate_list_]"
    times["rating a movie"] = [waited(lambda star=star: stars.nth(star).click(), titles) for star in STARS][1:]
    menu = ("Recommendations", "My movies", "Look up", "Home")
    times["menu change"] = [
        waited(lambda name=name: page.get_by_role("link", name=name, exact=True).click(), "h1") for name in menu
    ]
    page.get_by_role("link", name="Recommendations", exact=True).click()
    page.locator(TITLES).first.wait_for()
    settled(page)
    page.wait_for_timeout(400)
    page.get_by_role("button", name="Filters").click()
    genres = page.get_by_role("combobox", name="Genres", exact=True)
    genres.press_sequentially("Comedy")
    page.wait_for_timeout(300)
    times["a filter"] = [waited(lambda: page.keyboard.press("Enter"), TITLES)]
    page.goto(f"{address}/together?people={FOUR}&min_like=0")
    page.locator(TOGETHER).first.wait_for()
    settled(page)
    mean = page.get_by_role("radio", name="Best on average")
    times["a list for four people"] = [waited(lambda: mean.click(), TOGETHER)]
    context.close()
    return times


if __name__ == "__main__":
    sys.exit(main())
