"""Forms of a title by which it is matched: in full, and without its series, subtitle or possessive owner."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from recsys.data.title_keys import as_typed, spelling_key, title_names, without_article

MAX_LENGTH = 300  # characters of a title that are read
MAX_PARTS = 4
_PARTS = re.compile(r"(?:,? or)? ?: | [-–—] ")  # `Dr. Strangelove or: How I …`, `Star Wars: Episode V - The …`
_POSSESSIVE = re.compile(r"(?P<owner>(?:[^\s:]+ ){0,3}[^\s:]+(?:'s|s')) (?P<title>.+)")
_NOT_OWNERS = frozenset(["the", "a", "an", "my", "your", "our", "his", "her", "their", "some", "someone", "somebody"])
_NOT_OWNERS |= {"it's", "that's", "what's", "who's", "there's", "here's", "where's", "how's", "he's", "she's", "let's"}
_INSTALMENT = re.compile(r"(?:(?:part|episode|chapter|vol|book) )?(?P<number>\d+)")
_NOT_NAMES = frozenset({"", "movie", "film", "motion picture"})


@dataclass(frozen=True)
class TitleForms:
    """Keys of a title's names (`titles.spelling_key`), those in parentheses too; a title without words has none."""

    exact: tuple[str, ...]  # with the article
    full: tuple[str, ...]  # without the article
    short: tuple[str, ...]  # without series, subtitle or owner, and without the article

    @classmethod
    def of(cls, *titles: str) -> Self:
        """The forms of a movie with all of these titles."""
        names = [as_typed(name) for title in titles for name in title_names(" ".join(title[:MAX_LENGTH].split()))]
        return cls(
            exact=_distinct(spelling_key(name) for name in names),
            full=_distinct(_key(name) for name in names),
            short=_distinct(_key(short) for name in names for short in _shorter(name)),
        )


def _shorter(name: str) -> Iterator[str]:
    """The name without the parts before or after a colon or dash, and without its owner."""
    parts = _PARTS.split(name.strip(), MAX_PARTS - 1)
    for cut in range(1, len(parts)):
        before, after = " ".join(parts[:cut]), " ".join(parts[cut:])
        if _is_name(after):
            yield after
        if _is_name(before) and not _is_sequel(after):
            yield before
    possessive = _POSSESSIVE.fullmatch(name.strip())
    if possessive and _is_owner(possessive["owner"], possessive["title"]):
        yield possessive["title"]


def _is_owner(owner: str, title: str) -> bool:
    """Whether it is a real possessive: in `Bram Stoker's Dracula`, not in `It's My Party` or `Schindler's List`."""
    words = owner.casefold().split()
    return not {words[0], words[-1]} & _NOT_OWNERS and len(words) + len(title.split()) > 2


def _is_name(part: str) -> bool:
    """Whether a part identifies a movie: `Part II` and `The Movie` do not."""
    key = _key(part)
    return key not in _NOT_NAMES and not _INSTALMENT.fullmatch(key)


def _is_sequel(part: str) -> bool:
    """Whether a part only numbers a sequel: `Part II`. `Dune: Part One` is also called `Dune`."""
    instalment = _INSTALMENT.fullmatch(_key(part))
    return bool(instalment) and instalment["number"] != "1"


def _key(name: str) -> str:
    return spelling_key(without_article(name))


def _distinct(keys: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key))
