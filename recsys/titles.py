"""When two titles mean the same movie: spelling taken off, so that catalogues and exports can be compared."""

from __future__ import annotations

import re
import unicodedata

from recsys.schema import ARTICLES, display_title, title_year

_WORDS = "|".join(article for article in ARTICLES if not article.endswith("'"))
_ELIDED = "|".join(article for article in ARTICLES if article.endswith("'"))
_LEADING = re.compile(rf"(?:(?:{_WORDS})\s+|(?:{_ELIDED}))(?=\S)", re.IGNORECASE)
_INNER = re.compile(r"\(([^()]*)\)")
_KNOWN_AS = re.compile(r"^a\.?k\.?a\.?\s+", re.IGNORECASE)
_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "½": " 1/2", "&": " and "})
_NOT_WORDS = re.compile(r"[\W_]+")
_SPELT = re.compile(r"\b([^\W\d]) (?=[^\W\d]\b)")  # `M*A*S*H` and `L.A.` are also written as words


def plain_key(title: str) -> str:
    """One name without case, accents, punctuation and leading article: `Godfather, The` is `godfather`.

    Empty when the name has neither letters nor digits.
    """
    said = display_title(title.strip()).translate(_SIGNS)
    said = said[found.end() :] if (found := _LEADING.match(said)) else said
    bare = "".join(mark for mark in unicodedata.normalize("NFKD", said) if not unicodedata.combining(mark))
    return _SPELT.sub(r"\1", _NOT_WORDS.sub(" ", bare.casefold().replace("'", "")).strip())


def title_keys(title: str) -> tuple[str, ...]:
    """The keys of every name that a title gives, the main one first: `Seven (Se7en) (1995)` is `seven` and `se7en`.

    Names in parentheses count as titles of their own. A title without letters or digits has no key.
    """
    name = display_title(title)
    inner = [_KNOWN_AS.sub("", each.strip()) for each in _INNER.findall(name)]
    found = [plain_key(each) for each in (_INNER.sub(" ", name), *inner)]
    return tuple(dict.fromkeys(key for key in found if key))


def same_title(title: str) -> str:
    """What entries of one movie in one catalogue share: all of the title's names, and its year."""
    keys = "/".join(title_keys(title))
    return f"{keys} {title_year(title) or ''}" if keys else title.casefold().strip()
