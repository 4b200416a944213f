"""Take the README's pictures of Predict from the running app: `python -m benchmarks.screenshots`.

Starts the app itself on a free port, prepares a model if there is none, and writes
`.github/images/predict-light.png` and `predict-dark.png`. Needs requirements-dev.txt and a Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from recsys import settings
from tests.browser.app import chromium, serving, settled

IMAGES = settings.REPOSITORY / ".github" / "images"
PREDICTION = "/predict?user=196&movie=50"
WIDTH, HEIGHT = 1000, 1385
PREPARATION = 180_000  # milliseconds


def main() -> int:
    """Take one picture for each scheme; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default=PREDICTION, help="what to show, as path and query")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            for scheme in ("light", "dark"):
                path = options.out / f"predict-{scheme}.png"
                _picture(browser, address + options.address, scheme, path)
                sys.stdout.write(f"{path}\n")
    return 0


def _picture(browser, url: str, scheme: str, path: Path) -> None:
    view = {"width": WIDTH, "height": HEIGHT}
    page = browser.new_context(color_scheme=scheme, viewport=view, device_scale_factor=2).new_page()
    page.goto(url)
    bars, failure = page.locator(".js-plotly-plot .bartext").first, page.get_by_test_id("stAlert").first
    bars.or_(failure).wait_for(timeout=PREPARATION)
    if failure.is_visible():
        sys.exit(f"No picture was taken, the page says: {failure.inner_text()}")
    settled(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(800)  # the chart's entrance
    page.screenshot(path=path)
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
