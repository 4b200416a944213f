"""Keys of titles, so that spellings of one movie in catalogues and exports match."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from recsys.data.title_years import ARTICLES, display_title, title_year

_ALSO_FIRST_WORDS = ("Die", "Los", "Las")  # `Die Hard`, `Las Vegas`: articles only after a comma
_WORDS = "|".join(article for article in ARTICLES if not article.endswith("'") and article not in _ALSO_FIRST_WORDS)
_ELIDED = "|".join(article for article in ARTICLES if article.endswith("'"))
_LEADING = re.compile(rf"(?:(?:{_WORDS})\s+|(?:{_ELIDED}))(?=\S)", re.IGNORECASE)
_INNER = re.compile(r"\(([^()]*)\)")
_KNOWN_AS = re.compile(r"^a\.?k\.?a\.?\s+", re.IGNORECASE)
_SIGNS = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "&": " and ", "+": " and "}
    | {"½": " 1/2", "⅓": " 1/3", "⅔": " 2/3", "¼": " 1/4", "¾": " 3/4"}
    | {power: f" {digit}" for digit, power in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}  # `Alien³`
)
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_NOT_WORDS = re.compile(r"[\W_]+")
_SPELLED_OUT = re.compile(r"\b([^\W\d]) (?=[^\W\d]\b)")  # `M*A*S*H` and `L.A.` are also written without signs

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi"]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"]
_ORDINALS += ["twelfth", "thirteenth"]
_BRITISH = ["colour", "honour", "favour", "neighbour", "harbour", "humour"]
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_CANONICAL_SPELLING = (
    {word: str(number) for number, word in enumerate([*_UNITS, *_TEENS], 1)}
    | {word: str(number) for number, word in enumerate(_ROMAN, 1)}
    | {word: str(10 * number) for number, word in enumerate(_TENS, 2)}
    | {word: f"{number}{_ENDINGS.get(number, 'th')}" for number, word in enumerate(_ORDINALS, 1)}
    | {word + end: f"{word[:-2]}r{end}" for word in _BRITISH for end in ("", "s")}
    | {"grey": "gray", "theatre": "theater", "centre": "center", "boulevard": "blvd", "doctor": "dr", "mister": "mr"}
    | {"saint": "st", "mount": "mt", "versus": "vs", "volume": "vol", "pt": "part", "n": "and"}
)


def plain_key(title: str) -> str:
    """A name without case, accents, punctuation and leading article: `Godfather, The` is `godfather`.

    Empty if the name has neither letters nor digits.
    """
    return _plain_words(without_article(as_typed(title)))


def spelling_key(name: str) -> str:
    """A name in plain words of one spelling, with its article: `The Twelve Colours³` is `the 12 colors 3`."""
    words = _plain_words(as_typed(name)).split()
    spelled = [_CANONICAL_SPELLING.get(word, word) for word in words]
    for index, (previous, word) in enumerate(pairwise(words), 1):
        if previous in _TENS and word in _UNITS:
            spelled[index - 1 : index + 1] = "", str(int(_CANONICAL_SPELLING[previous]) + int(spelled[index]))
    return " ".join(filter(None, spelled))


def as_typed(title: str) -> str:
    """The display title in plain characters: straight quotation marks, `and` for `&`, ` 3` for `³`."""
    return display_title(title.strip()).translate(_SIGNS)


def without_article(name: str) -> str:
    """A name without its leading article."""
    article = _LEADING.match(name)
    return name[article.end() :] if article else name


def title_names(title: str) -> tuple[str, ...]:
    """Every name in a title, the main one first: `Seven (Se7en) (1995)` has `Seven` and `Se7en`."""
    displayed = display_title(title)
    inner_names = (_KNOWN_AS.sub("", name.strip()) for name in _INNER.findall(displayed))
    return (_INNER.sub(" ", displayed), *inner_names)


def title_keys(title: str) -> tuple[str, ...]:
    """The key of every name in a title, the main one first: `Seven (Se7en) (1995)` has `seven` and `se7en`.

    A title without letters and digits has no key.
    """
    keys = (plain_key(name) for name in title_names(title))
    return tuple(dict.fromkeys(key for key in keys if key))


def same_title(title: str) -> str:
    """A key that duplicate entries of a movie in one catalogue share: the keys of all names, and the year."""
    keys = "/".join(title_keys(title))
    return f"{keys} {title_year(title) or ''}" if keys else title.casefold().strip()


def _plain_words(name: str) -> str:
    folded = name.casefold() if name.isascii() else _without_accents(name).casefold().translate(_LETTERS)
    return _SPELLED_OUT.sub(r"\1", _NOT_WORDS.sub(" ", folded.replace("'", "")).strip())


def _without_accents(name: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
