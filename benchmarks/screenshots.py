"""Take the README's pictures from the running app: `python -m benchmarks.screenshots`.

Starts the app itself on a free port, prepares a model if there is none, and writes the `PICTURES` to
`.github/images`. Needs requirements-dev.txt and a Chromium.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from recsys import settings
from tests.browser.app import chromium, serving, settled

IMAGES = settings.REPOSITORY / ".github" / "images"
PREPARATION = 180_000  # milliseconds
COLOURS, REFINED = 256, 3  # of a palette, and how often it is bettered


@dataclass(frozen=True)
class Picture:
    """What is shown: a path and query, the size in pixels, and what must be there before it is taken."""

    address: str
    width: int
    height: int
    ready: str


PICTURES = {
    "predict-light": Picture("/predict?user=196&movie=50", 1000, 1385, ".js-plotly-plot .bartext"),
    "predict-dark": Picture("/predict?user=196&movie=50", 1000, 1385, ".js-plotly-plot .bartext"),
    "recommend-light": Picture("/recommend?user=1&popularity=-0.5&n=8", 1280, 1090, "[data-testid=stDataFrame]"),
    "evaluate-light": Picture("/evaluate", 1280, 1150, ".js-plotly-plot .scatterlayer"),
}


def main() -> int:
    """Take the pictures, or some of them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(PICTURES), help="which of them (default all)")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder for the pictures")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, chromium() as browser:
        log = Path(scratch) / "server.log"
        with serving(settings.models_folder(), settings.data_folder(), log) as address:
            for name in options.names:
                path = options.out / f"{name}.png"
                _take(browser, address, PICTURES[name], name.rpartition("-")[2], path)
                sys.stdout.write(f"{path}\n")
    return 0


def _take(browser, address: str, picture: Picture, scheme: str, path: Path) -> None:
    view = {"width": picture.width, "height": picture.height}
    page = browser.new_context(color_scheme=scheme, viewport=view, device_scale_factor=2).new_page()
    page.goto(address + picture.address)
    there, failure = page.locator(picture.ready).first, page.get_by_test_id("stAlert").first
    there.or_(failure).wait_for(timeout=PREPARATION)
    if failure.is_visible():
        sys.exit(f"No picture was taken, the page says: {failure.inner_text()}")
    settled(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1500)  # the chart's entrance, and the reasons that follow a list
    _keep(page.screenshot(), path)
    page.context.close()


def _keep(png: bytes, path: Path) -> None:
    """Write a picture with a palette of its own: fewer bytes, and words and bars look the same."""
    from PIL import Image

    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, REFINED, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
