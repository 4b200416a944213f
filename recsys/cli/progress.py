"""What is said on stderr while a command works: sentences, and a progress line."""

from __future__ import annotations

import sys

BAR = 24


def say(sentence: str) -> None:
    """One sentence for people, apart from the result."""
    print(sentence, file=sys.stderr)


class Bar:
    """A progress line on stderr: a moving bar on a terminal, one line per phase elsewhere."""

    def __init__(self) -> None:
        self.live, self.phase = sys.stderr.isatty(), ""

    def __enter__(self) -> Bar:
        return self

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        if self.live:
            done = "█" * round(fraction * BAR)
            end = "\n" if fraction >= 1 else ""
            print(f"\r\x1b[K{phase:<9} {done:·<{BAR}} {fraction:4.0%} {message}", end=end, file=sys.stderr)
        elif phase != self.phase:
            say(f"{phase}: {message}".rstrip(": "))
        self.phase = phase

    def __exit__(self, *error: object) -> None:
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr)
