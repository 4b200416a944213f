"""How long a top-N list takes: in process, and from a click to the list with its reasons in a real browser.

    python -m benchmarks.lists              # starts the app itself on a free port; needs a Chromium
    python -m benchmarks.lists --no-browser

Needs a trained model (`python -m recsys train`). Writes benchmarks/results/lists.md and lists.json when both are
measured. Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

import recsys
from benchmarks.times import Latencies, text_table, timed, write
from recsys import settings
from recsys.serving.explain.sentences import row_reasons

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

LIST_MS, REASONS_MS, CLICK_MS = 80.0, 300.0, 400.0  # at p95
RANKERS = ("Highest expected", "Popular", "Hidden gems", "Personal")
VIEWPORT: ViewportSize = {"width": 1280, "height": 1300}
# A list is there once its titles are others than before.
WATCH = """
(label) => new Promise((done, failed) => {
  const titles = () => [...document.querySelectorAll('[class*="st-key-card_list_"]')].map((e) => e.innerText).join();
  const before = titles();
  const radios = [...document.querySelectorAll('[data-testid="stRadio"] label')];
  const began = performance.now();
  radios.find((radio) => radio.innerText.trim() === label).click();
  const look = () => {
    const now = performance.now();
    if (now - began > 20000) return failed(new Error('no other list after 20 s'));
    if (titles() && titles() !== before) return done(now - began);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""


def in_process(count: int, random: np.random.Generator) -> list[Latencies]:
    """Lists and reasons of random users by the active model, loaded once."""
    recommender = recsys.load()
    users = random.choice(recommender.user_ids, count).tolist()
    movies = {user: recommender.recommend(user)["movie_id"].tolist() for user in users}
    list_times = timed([lambda user=user: recommender.recommend(user) for user in users])
    reason_times = timed(
        [lambda user=user: row_reasons(recommender, recommender.user_history(user), movies[user]) for user in users]
    )
    return [
        Latencies("in process, top-10 of the catalogue", list_times, LIST_MS),
        Latencies("in process, reasons for ten rows", reason_times, REASONS_MS),
    ]


def in_browser(count: int, random: np.random.Generator) -> list[Latencies]:
    """From the click on another ranker to its list on screen, with its reasons."""
    from tests.browser.app import chromium, serving, settled

    users = random.choice(recsys.load().user_ids, count).tolist()
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            page = cast("Browser", browser).new_context(viewport=VIEWPORT).new_page()
            milliseconds = []
            for user in [users[0], *users]:  # the first one warms up
                page.goto(f"{address}/recommend?user={user}")
                page.locator("[class*=st-key-card_list_]").first.wait_for(timeout=60_000)
                settled(page)
                page.wait_for_timeout(700)
                for label in RANKERS:
                    milliseconds.append(page.evaluate(WATCH, label))
                    settled(page)
                    page.wait_for_timeout(300)
    operation = "in a browser, click to list with reasons"
    return [Latencies(operation, np.array(milliseconds[len(RANKERS) :]), CLICK_MS)]


def main() -> int:
    """Measure, print and write the table; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100, help="users measured in process (default 100)")
    parser.add_argument("--visits", type=int, default=5, help="users measured in the browser (default 5)")
    parser.add_argument("--no-browser", action="store_true")
    options = parser.parse_args()
    random = np.random.default_rng(0)
    measurements = in_process(options.users, random)
    if not options.no_browser:
        measurements += in_browser(options.visits, random)
    print(text_table(measurements))
    if not options.no_browser:
        note = "Milliseconds, MovieLens 100K; written by `python -m benchmarks.lists`."
        write("lists", "Latency of lists", note, measurements)
    return 0 if all(each.within_limit for each in measurements) else 1


if __name__ == "__main__":
    sys.exit(main())
