"""The words of a taste portrait: on the picture and beside it, about the visitor or about a user of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from recsys.portrait.taste_portrait import Share, TastePortrait
from recsys.schema import star_name

MOST_CERTAIN = 99  # percent: only who is beyond all others is beyond 100%


@dataclass(frozen=True)
class Captions:
    """Headings of the picture, and how a sentence speaks of the user."""

    title: str
    genres: str
    decades: str
    comparison: str
    possessive: str


OWN = Captions(
    "My taste in movies",
    "What I choose more often than others",
    "When they were made",
    "How I choose and rate",
    "Your",
)


def captions_of_user(user_id: int) -> Captions:
    """The headings for a user of the data."""
    return Captions(
        f"User {user_id}'s taste in movies",
        "What they choose more often than others",
        "When the movies were made",
        "How they choose and rate",
        "Their",
    )


def percent(share: float) -> str:
    """A share in whole percent; "under 1%" for a smaller one, so that nothing in the picture looks like nothing.

    >>> percent(0.277), percent(0.004), percent(0.0)
    ('28%', 'under 1%', '0%')
    """
    return "under 1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def others_text(share: Share) -> str:
    """What others have, beside a share; nothing without others."""
    return "" if math.isnan(share.others) else f"others {percent(share.others)}"


def strictness(portrait: TastePortrait) -> str:
    """The user's strictness among the others; empty without others."""
    return _compared(portrait.stricter_than, "Stricter than", "More generous than")


def rarity(portrait: TastePortrait) -> str:
    """How popular the user's choices are among those of the others; empty without others."""
    return _compared(portrait.rarer_than, "Rarer choices than", "More popular choices than")


def counts(portrait: TastePortrait) -> str:
    """How many movies the portrait is made from."""
    if portrait.from_few_ratings:
        return f"A first sketch, from {portrait.count} ratings"
    return f"{portrait.count:,} movies rated, {portrait.top_count:,} of them {star_name(portrait.top_star)} ★"


def description(portrait: TastePortrait, captions: Captions) -> tuple[str, ...]:
    """The figures of the picture as sentences, for those who read rather than look."""
    return tuple(
        filter(
            None,
            [
                _list(f"{captions.possessive} genres", [_figures(each) for each in portrait.characteristic_genres]),
                _list("Decades", [_figures(each, "s") for each in portrait.decades]),
                _sentence(strictness(portrait), _surplus(portrait.surplus)),
                _sentence(rarity(portrait), _audiences(portrait)),
                _list(f"{captions.possessive} favourites", [movie.name for movie in portrait.favourites], "; "),
                f"{counts(portrait)}.",
            ],
        )
    )


def _compared(share: float, above: str, below: str) -> str:
    """Where a user stands among others, from the side on which there are fewer."""
    if math.isnan(share):
        return ""
    word, part = (above, share) if share >= 0.5 else (below, 1 - share)
    return f"{word} all others" if part == 1 else f"{word} {min(round(100 * part), MOST_CERTAIN)}% of others"


def _figures(share: Share, ending: str = "") -> str:
    others = others_text(share)
    return f"{share.name}{ending} {percent(share.share)}" + (f" ({others})" if others else "")


def _list(heading: str, items: Sequence[str], separator: str = ", ") -> str:
    return f"{heading}: {separator.join(items)}." if items else ""


def _sentence(claim: str, figures: str) -> str:
    return f"{claim}: {figures}." if claim else ""


def _surplus(surplus: float) -> str:
    if abs(surplus) < 0.005:
        return "As many stars as most people give the same movies"
    direction = "more" if surplus > 0 else "fewer"
    return f"On average {abs(surplus):.2f} stars {direction} than most people give the same movies"


def _audiences(portrait: TastePortrait) -> str:
    own, others = portrait.typical_audience, portrait.others_audience
    return f"{own:,.0f} others rated a typical choice; for most people it is about {others:,.0f}"
