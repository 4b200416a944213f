"""A visitor's ratings as a short text for a link, read again by the same catalogue and rating scale.

The text holds movies and stars, and nothing else of a person: no age, gender or occupation, no saved, seen or hidden
movies, no order and no times. Whoever has the link can read the ratings.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from recsys.data.catalogue import Catalogue
from recsys.errors import InputError, Problem, shown
from recsys.visitor.profile import MovieRef, Profile, UserRating

VERSION = 1
MOST_RATINGS = (
    500  # in a link, so that it stays under 2,000 characters in every catalogue: many programs cut longer ones
)
LONGEST_TEXT = 2000  # characters of a text that is read at all
_FINGERPRINT, _CHECKSUM = 4, 4  # bytes
_PAYLOAD = 7  # bits of a number in one byte; the eighth says that another byte follows
_LONGEST_NUMBER = 5  # bytes

ASK_AGAIN = "Ask for it again, and open all of it."
DAMAGED = f"This link is damaged: part of it is missing or changed. {ASK_AGAIN}"
TOO_LONG = f"This link is too long to be one of this app. {ASK_AGAIN}"
OTHER_VERSION = "This link was made by another version of this app. Open it there, or ask for one made here."
OTHER_CATALOGUE = (
    "This link was made for other movies or another rating scale, so its ratings would be wrong here. "
    "Ask for one made with the model that is active now."
)


def encode(profile: Profile, catalogue: Catalogue, stars: Sequence[float]) -> str:
    """The ratings of a profile as text that needs no escape in a URL.

    Parameters
    ----------
    profile : Profile
        Its ratings must be of this catalogue and scale. Only the latest `MOST_RATINGS` are kept; `omitted_count` says
        how many are not.
    catalogue : Catalogue
        The movies.
    stars : sequence of float
        The rating scale, ascending.

    Returns
    -------
    str
        base64url of: version, fingerprint of catalogue and scale, ratings, checksum. The ratings are in the order of
        the catalogue, each one number: movies since the previous rating, times the length of the scale, plus the
        position of the star.
    """
    latest = profile.ratings[-MOST_RATINGS:]
    positions = catalogue.positions(np.array([rating.movie_ref.movie_id for rating in latest], np.int64)).tolist()
    content, previous = bytearray([VERSION, *_fingerprint(catalogue, stars)]), -1
    for position, star in sorted(zip(positions, (stars.index(rating.stars) for rating in latest), strict=True)):
        content += _number_bytes((position - previous - 1) * len(stars) + star)
        previous = position
    return base64.urlsafe_b64encode(content + _checksum(content)).decode().rstrip("=")


def omitted_count(profile: Profile) -> int:
    """How many ratings, the oldest, a link leaves out."""
    return max(0, len(profile.ratings) - MOST_RATINGS)


def decode(text: str, catalogue: Catalogue, stars: Sequence[float]) -> Profile:
    """The profile in a text of `encode`: its ratings in the order of the catalogue, without prior predictions.

    Raises
    ------
    InputError
        The text is too long, damaged, of another version of this app, or of another catalogue or scale. The message
        is a sentence that says which, and what to do.
    """
    if len(text) > LONGEST_TEXT:
        raise _refusal(text, TOO_LONG)
    content = _content(text)
    if content[0] != VERSION:
        raise _refusal(text, OTHER_VERSION)
    ratings_start = 1 + _FINGERPRINT
    if content[1:ratings_start] != _fingerprint(catalogue, stars):
        raise _refusal(text, OTHER_CATALOGUE)
    ratings, position = [], -1
    for number in _numbers(text, content[ratings_start:]):
        skipped_movies, star = divmod(number, len(stars))
        position += skipped_movies + 1
        if position >= len(catalogue) or len(ratings) == MOST_RATINGS:
            raise _refusal(text, DAMAGED)
        ratings.append(UserRating(MovieRef.of(catalogue, int(catalogue.movie_ids[position])), stars[star]))
    return Profile(tuple(ratings))


def _content(text: str) -> bytes:
    """The bytes before the checksum. Raises InputError unless this is exactly what `encode` writes for them."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refusal(text, DAMAGED) from error
    content, checksum = data[:-_CHECKSUM], data[-_CHECKSUM:]
    same_text = base64.urlsafe_b64encode(data).decode().rstrip("=") == text  # the last character may have spare bits
    if len(content) <= _FINGERPRINT or checksum != _checksum(content) or not same_text:
        raise _refusal(text, DAMAGED)
    return content


def _fingerprint(catalogue: Catalogue, stars: Sequence[float]) -> bytes:
    """A hash of all that the ratings refer to: ids and titles in their order, and the scale."""
    digest = hashlib.sha256(np.asarray(stars, "<f8").tobytes())
    digest.update(catalogue.movie_ids.astype("<i8").tobytes())
    digest.update("\n".join(catalogue.titles).encode("utf-8", "surrogatepass"))
    return digest.digest()[:_FINGERPRINT]


def _checksum(content: bytes | bytearray) -> bytes:
    """CRC-32: it notices every change of up to four neighbouring bytes, so of any single character."""
    return zlib.crc32(content).to_bytes(_CHECKSUM, "big")


def _number_bytes(number: int) -> bytes:
    """A number in as few bytes as it needs, the lowest bits first."""
    groups = [number & (1 << _PAYLOAD) - 1]
    while number := number >> _PAYLOAD:
        groups.append(number & (1 << _PAYLOAD) - 1)
    return bytes([*(group | 1 << _PAYLOAD for group in groups[:-1]), groups[-1]])


def _numbers(text: str, content: bytes) -> Iterator[int]:
    """The numbers that `_number_bytes` wrote one after the other. Raises InputError for other bytes."""
    number = length = 0
    for byte in content:
        number |= (byte & (1 << _PAYLOAD) - 1) << _PAYLOAD * length
        length += 1
        if length > _LONGEST_NUMBER:
            break
        if byte < 1 << _PAYLOAD:
            yield number
            number = length = 0
    if length:
        raise _refusal(text, DAMAGED)


def _refusal(text: str, sentence: str) -> InputError:
    return InputError(sentence, [Problem("profile", shown(text), "a link that this app made", sentence)])
