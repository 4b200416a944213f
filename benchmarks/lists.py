"""How long a list takes: in process, and from a click to the list with its reasons on screen in a real browser.

    python -m benchmarks.lists              # starts the app itself on a free port; needs a Chromium
    python -m benchmarks.lists --no-browser

Needs a trained model (`python -m recsys train`). Writes benchmarks/results/lists.md and lists.json when both parts
were measured. Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

import recsys
from benchmarks import sheet
from benchmarks.times import Measured, timed
from recsys import settings
from recsys.serving.explain.shapley import Explainer

LIST_MS, REASONS_MS, CLICK_MS = 80.0, 300.0, 400.0  # at p95
RANKERS = ("Highest expected", "Popular", "Hidden gems", "Personal")
VIEW = {"width": 1280, "height": 1300}
# The table is a canvas, so what is on screen is told by its pixels: a print of the titles, the ink of the reasons.
WATCH = """
(label) => new Promise((done, failed) => {
  const pixels = (left, wide) => {
    const canvas = document.querySelector('[data-testid="stDataFrame"] canvas');
    const scale = canvas.width / canvas.clientWidth;
    return canvas.getContext('2d').getImageData(left * scale, 45 * scale, wide * scale, 500 * scale).data;
  };
  const titles = () => pixels(40, 180).reduce((sum, value) => (sum * 31 + value) % 1000000007, 7);
  const explained = () => pixels(420, 270).filter((value, at) => at % 4 === 0 && value < 128).length > 500;
  const before = titles();
  const radios = [...document.querySelectorAll('[data-testid="stRadio"] label')];
  const began = performance.now();
  radios.find((radio) => radio.innerText.trim() === label).click();
  const look = () => {
    const now = performance.now();
    if (now - began > 20000) return failed(new Error('no other list with reasons after 20 s'));
    if (titles() !== before && explained()) return done(now - began);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})
"""


def in_process(count: int, random: np.random.Generator) -> list[Measured]:
    """The active model, loaded once and asked for the lists and reasons of random users."""
    recommender = recsys.load()
    users = random.choice(recommender.user_ids, count).tolist()
    movies = {user: recommender.recommend(user)["movie_id"].tolist() for user in users}
    lists = timed([lambda user=user: recommender.recommend(user) for user in users])
    reasons = timed(
        [
            lambda user=user: Explainer(recommender, recommender.user_history(user)).reasons(movies[user])
            for user in users
        ]
    )
    return [
        Measured("in process, top-10 of the catalogue", lists, LIST_MS),
        Measured("in process, reasons for ten rows", reasons, REASONS_MS),
    ]


def in_browser(count: int, random: np.random.Generator) -> list[Measured]:
    """From the click on another ranker to its list on screen, with its reasons."""
    from tests.browser.app import chromium, serving, settled

    users = random.choice(recsys.load().user_ids, count).tolist()
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            page = browser.new_context(viewport=VIEW).new_page()
            times = []
            for user in [users[0], *users]:  # the first one warms up
                page.goto(f"{address}/recommend?user={user}")
                page.locator('[data-testid="stDataFrame"] canvas').first.wait_for(timeout=60_000)
                settled(page)
                page.wait_for_timeout(700)
                for label in RANKERS:
                    times.append(page.evaluate(WATCH, label))
                    settled(page)
                    page.wait_for_timeout(300)
    return [Measured("in a browser, click to list with reasons", np.array(times[len(RANKERS) :]), CLICK_MS)]


def write(measured: list[Measured]) -> None:
    """lists.json and lists.md."""
    rows = [[row.what, len(row.times), f"{row.middle:.0f}", f"{row.high:.0f}", f"{row.limit:.0f}"] for row in measured]
    lines = [
        "# Lists in time",
        "",
        "Milliseconds, MovieLens 100K; written by `python -m benchmarks.lists`.",
        "",
        *sheet.table(["what", "times", "p50", "p95", "limit at p95"], rows),
    ]
    found = {row.what: {"p50": round(row.middle), "p95": round(row.high), "limit": row.limit} for row in measured}
    sheet.write("lists", lines, found)


def main() -> int:
    """Measure, print the table, and say by the exit code whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100, help="users asked for in process (default 100)")
    parser.add_argument("--visits", type=int, default=5, help="users looked at in the browser (default 5)")
    parser.add_argument("--no-browser", action="store_true")
    chosen = parser.parse_args()
    random = np.random.default_rng(0)
    measured = in_process(chosen.users, random)
    if not chosen.no_browser:
        measured += in_browser(chosen.visits, random)
    print(f"{'milliseconds':<46}{'n':>6} {'p50':>8} {'p95':>8} {'max':>8} {'limit':>8}  at p95")
    print("\n".join(row.line() for row in measured))
    if not chosen.no_browser:
        write(measured)
    return 0 if all(row.held for row in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
