"""How long the page Evaluate takes to its heading and its first figure, in a new browser and in an open session.

    python -m benchmarks.evaluate_page      # starts the app itself on a free port; needs a Chromium

Needs a trained model (`python -m recsys train`). Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from benchmarks.times import Latencies, text_table
from recsys import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

FRESH, FIRST, AGAIN = (3000.0, 6000.0), (1000.0, 3000.0), (1000.0, 1500.0)  # ms to heading and figure, at p95
VIEWPORT: ViewportSize = {"width": 1280, "height": 1300}
TITLE, FIGURE = "How good is it?", ".js-plotly-plot .main-svg .scatterlayer"
# Milliseconds from now, or from a click on the page's name in the navigation, to heading and figure.
WATCH = """
([title, figure, click]) => new Promise((done, failed) => {
  const began = click ? performance.now() : 0;  // 0 is when the navigation to this document began
  if (click) [...document.querySelectorAll('a')].find((link) => link.innerText.trim() === 'Evaluate').click();
  let heading = 0;
  const look = () => {
    const now = performance.now() - began;
    if (now > 60000) return failed(new Error(`after a minute: ${heading ? 'no figure' : 'no heading'}`));
    const titled = [...document.querySelectorAll('h1')].some((each) => each.innerText.trim() === title);
    if (!heading && titled) heading = now;
    if (heading && document.querySelector(figure)) return done([heading, now]);
    requestAnimationFrame(look);
  };
  look();
})
"""


def measure(browser: Browser, address: str, visits: int) -> list[Latencies]:
    """Each visit: the page's own address in a new browser; in another, Home and then the page, twice."""
    from tests.browser.app import settled

    milliseconds: dict[str, list[list[float]]] = {"fresh": [], "first": [], "again": []}
    for _ in range(visits + 1):  # the first one warms up
        page = browser.new_context(viewport=VIEWPORT).new_page()
        page.goto(f"{address}/evaluate", wait_until="commit")
        milliseconds["fresh"].append(page.evaluate(WATCH, [TITLE, FIGURE, False]))
        page.context.close()
        page = browser.new_context(viewport=VIEWPORT).new_page()
        for kind in ("first", "again"):
            page.goto(address)
            page.get_by_role("heading", name="What answers here").wait_for(timeout=60_000)
            settled(page)
            page.wait_for_timeout(500)
            milliseconds[kind].append(page.evaluate(WATCH, [TITLE, FIGURE, True]))
        page.context.close()
    rows = []
    for kind, limits in {"fresh": FRESH, "first": FIRST, "again": AGAIN}.items():
        by_element = np.array(milliseconds[kind][1:]).T
        for element, values, limit in zip(("heading", "figure"), by_element, limits, strict=True):
            rows.append(Latencies(f"{kind}: to the {element}", values, limit))
    return rows


def main() -> int:
    """Measure and print the table; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=5)
    options = parser.parse_args()
    from tests.browser.app import chromium, serving

    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            rows = measure(cast("Browser", browser), address, options.visits)
    print(text_table(rows))
    return 0 if all(row.within_limit for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
