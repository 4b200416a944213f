"""When two titles mean the same movie: spelling taken off, so that catalogues and exports can be compared."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from recsys.schema import ARTICLES, display_title, title_year

_BEGIN_TITLES = ("Die", "Los", "Las")  # `Die Hard`, `Las Vegas`: articles only behind a comma
_WORDS = "|".join(article for article in ARTICLES if not article.endswith("'") and article not in _BEGIN_TITLES)
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
_SPELT = re.compile(r"\b([^\W\d]) (?=[^\W\d]\b)")  # `M*A*S*H` and `L.A.` are also written as words

_UNITS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi"]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh"]
_ORDINALS += ["twelfth", "thirteenth"]
_BRITISH = ["colour", "honour", "favour", "neighbour", "harbour", "humour"]
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_ONE_SPELLING = (
    {word: str(number) for number, word in enumerate([*_UNITS, *_TEENS], 1)}
    | {word: str(number) for number, word in enumerate(_ROMAN, 1)}
    | {word: str(10 * number) for number, word in enumerate(_TENS, 2)}
    | {word: f"{number}{_ENDINGS.get(number, 'th')}" for number, word in enumerate(_ORDINALS, 1)}
    | {word + end: f"{word[:-2]}r{end}" for word in _BRITISH for end in ("", "s")}
    | {"grey": "gray", "theatre": "theater", "centre": "center", "boulevard": "blvd", "doctor": "dr", "mister": "mr"}
    | {"saint": "st", "mount": "mt", "versus": "vs", "volume": "vol", "pt": "part", "n": "and"}
)


def plain_key(title: str) -> str:
    """One name without case, accents, punctuation and leading article: `Godfather, The` is `godfather`.

    Empty when the name has neither letters nor digits.
    """
    return _plain_words(without_article(as_typed(title)))


def spelling_key(name: str) -> str:
    """A name in plain words of one spelling, the article kept: `The Twelve Colours³` is `the 12 colors 3`."""
    words = _plain_words(as_typed(name)).split()
    spelled = [_ONE_SPELLING.get(word, word) for word in words]
    for place, (before, word) in enumerate(pairwise(words), 1):
        if before in _TENS and word in _UNITS:
            spelled[place - 1 : place + 1] = "", str(int(_ONE_SPELLING[before]) + int(spelled[place]))
    return " ".join(filter(None, spelled))


def as_typed(title: str) -> str:
    """The title as it is said, with a keyboard's signs: straight quotation marks, `and` for `&`, ` 3` for `³`."""
    return display_title(title.strip()).translate(_SIGNS)


def without_article(name: str) -> str:
    """A name without the article it begins with."""
    article = _LEADING.match(name)
    return name[article.end() :] if article else name


def title_names(title: str) -> tuple[str, ...]:
    """Every name that a title gives, the main one first: `Seven (Se7en) (1995)` is `Seven` and `Se7en`."""
    shown = display_title(title)
    inner = (_KNOWN_AS.sub("", name.strip()) for name in _INNER.findall(shown))
    return (_INNER.sub(" ", shown), *inner)


def title_keys(title: str) -> tuple[str, ...]:
    """The keys of every name that a title gives, the main one first: `Seven (Se7en) (1995)` is `seven` and `se7en`.

    Names in parentheses count as titles of their own. A title without letters or digits has no key.
    """
    keys = (plain_key(name) for name in title_names(title))
    return tuple(dict.fromkeys(key for key in keys if key))


def same_title(title: str) -> str:
    """What entries of one movie in one catalogue share: all of the title's names, and its year."""
    keys = "/".join(title_keys(title))
    return f"{keys} {title_year(title) or ''}" if keys else title.casefold().strip()


def _plain_words(name: str) -> str:
    bare = name.casefold() if name.isascii() else _without_accents(name).casefold().translate(_LETTERS)
    return _SPELT.sub(r"\1", _NOT_WORDS.sub(" ", bare.replace("'", "")).strip())


def _without_accents(name: str) -> str:
    return "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
