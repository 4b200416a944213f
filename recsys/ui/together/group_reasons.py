"""Why a movie is in a group's list, in one line: what its members gave to movies without which it would stand lower."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from html import escape

from recsys.schema import star_name
from recsys.serving.explain.named_reasons import NamedReason
from recsys.ui.common.text import clean
from recsys.ui.together.member_parameter import YOU_NAME

CLAUSES = 2  # in one sentence, at most

Rating = tuple[int, float]  # movie id and stars


def sentence(reasons: Sequence[NamedReason], names: Sequence[str], title: Callable[[int], str]) -> str:
    """One sentence about a movie as HTML: `Because you gave 5 ★ to Babe and Ben gave 4 ★ to Raising Arizona.`

    Parameters
    ----------
    reasons : sequence of NamedReason
        Of one movie, for each member. Without each rating that a reason names, that member's expected rating is lower.
    names : sequence of str
        Of the members, in the same order; untrusted text.
    title : callable
        Title of a movie by its id; untrusted text.

    Returns
    -------
    str
        Empty if no reason names a rating. Members without such a rating are not mentioned.
    """
    clauses = _clauses(reasons, names)
    if not clauses:
        return ""
    parts, last_title = [], ""
    for (movie_id, stars), members in clauses:
        last_title = clean(title(movie_id))
        who = _subject(members, len(names))
        parts.append(f'{who} gave {star_name(stars)} <span class="star">★</span> to <b>{escape(last_title)}</b>')
    return f"Because {_listed(parts)}{'' if last_title.endswith(('.', '!', '?', '…')) else '.'}"


def named_movie(reasons: Sequence[NamedReason], names: Sequence[str]) -> int | None:
    """Id of the movie that the sentence names first."""
    return next((movie_id for (movie_id, _), _ in _clauses(reasons, names)), None)


def _clauses(reasons: Sequence[NamedReason], names: Sequence[str]) -> list[tuple[Rating, list[str]]]:
    """Ratings with the members who gave them: first those of several members."""
    shared = Counter(rating for reason in reasons for rating in reason.because)
    members: dict[Rating, list[str]] = {}
    for reason, name in zip(reasons, names, strict=True):
        if reason.because:
            members.setdefault(max(reason.because, key=shared.__getitem__), []).append(name)
    return sorted(members.items(), key=lambda clause: -len(clause[1]))[:CLAUSES]


def _subject(members: Sequence[str], group_size: int) -> str:
    """`you`, `Ben`, `you both`, `Ben and User 196`; escaped."""
    if YOU_NAME in members and 1 < len(members) == group_size:
        return "you both" if group_size == 2 else "you all"
    return _listed(["you" if name == YOU_NAME else escape(clean(name)) for name in members])


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
