"""Screenshots of the running app for the README: `python -m benchmarks.screenshots`.

Starts the app itself on a free port, trains a model if there is none, and writes the `SCREENSHOTS` to
`.github/images`. Needs requirements-dev.txt and a Chromium.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from recsys import settings
from tests.browser.app import chromium, serving, settled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = settings.REPOSITORY / ".github" / "images"
PREPARATION_TIMEOUT = 180_000  # milliseconds
COLOURS, KMEANS_ITERATIONS = 256, 3  # of the palette


@dataclass(frozen=True)
class Screenshot:
    """A path with query, the size in CSS pixels, and the selector of an element that must be there first."""

    path: str
    width: int
    height: int
    ready_selector: str


SCREENSHOTS = {
    "home-light": Screenshot("/", 1280, 1440, ".bars"),
    "recommend-light": Screenshot("/recommend?user=1", 1280, 1240, "[class*=st-key-card_list] button"),
    "movie-light": Screenshot("/movie?movie=100&user=196", 1280, 960, ".st-key-movie_section_likely"),
    "portrait-light": Screenshot("/portrait?user=405", 1280, 1080, "[data-testid=stImage] img"),
    "evaluate-light": Screenshot("/evaluate", 1280, 1520, ".js-plotly-plot .scatterlayer"),
}


def main() -> int:
    """Take all screenshots, or those named; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", default=list(SCREENSHOTS), help="which screenshots (default all)")
    parser.add_argument("--out", type=Path, default=IMAGES, help="output folder")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            for name in options.names:
                path = options.out / f"{name}.png"
                _take(cast("Browser", browser), address, SCREENSHOTS[name], name.rpartition("-")[2], path)
                sys.stdout.write(f"{path}\n")
    return 0


def _take(browser: Browser, address: str, screenshot: Screenshot, scheme: Any, path: Path) -> None:
    size: Any = {"width": screenshot.width, "height": screenshot.height}
    page = browser.new_context(color_scheme=scheme, viewport=size, device_scale_factor=2).new_page()
    page.goto(address + screenshot.path)
    content, failure = page.locator(screenshot.ready_selector).first, page.get_by_test_id("stAlert").first
    content.or_(failure).wait_for(timeout=PREPARATION_TIMEOUT)
    if failure.is_visible():
        sys.exit(f"No screenshot was taken; the page shows: {failure.inner_text()}")
    settled(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1500)  # the chart's entrance, and the reasons that follow a list
    _save(page.screenshot(), path)
    page.context.close()


def _save(png: bytes, path: Path) -> None:
    """Write a PNG with its own palette: fewer bytes, and text and bars look the same."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, KMEANS_ITERATIONS, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


if __name__ == "__main__":
    sys.exit(main())
