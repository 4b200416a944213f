"""What a command writes to stderr while it works: sentences, and a progress line."""

from __future__ import annotations

import sys

BAR_WIDTH = 24  # characters


def say(sentence: str) -> None:
    """Print one sentence on stderr, apart from the result."""
    print(sentence, file=sys.stderr)


class Bar:
    """Progress callback on stderr: a moving bar on a terminal, one line per phase elsewhere."""

    def __init__(self) -> None:
        self.live, self.phase = sys.stderr.isatty(), ""

    def __enter__(self) -> Bar:
        return self

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        if self.live:
            bar = "█" * round(fraction * BAR_WIDTH)
            end = "\n" if fraction >= 1 else ""
            print(f"\r\x1b[K{phase:<9} {bar:·<{BAR_WIDTH}} {fraction:4.0%} {message}", end=end, file=sys.stderr)
        elif phase != self.phase:
            say(f"{phase}: {message}".rstrip(": "))
        self.phase = phase

    def __exit__(self, *error: object) -> None:
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr)
