"""The card as one HTML file without external resources.

Jinja2 fills the templates beside this module. Every value is escaped, and a name missing from a template's context is
an error; `sections` prepares the context as plain data.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from recsys.model_card.export import CardFacts, shown_or_dash
from recsys.model_card.sections import sections

if TYPE_CHECKING:
    from jinja2 import Environment


def page(facts: CardFacts) -> str:
    """The card as a complete HTML document."""
    return _environment().get_template("card.html.jinja").render(sections(facts))


@cache
def _environment() -> Environment:
    """The card's templates, compiled when the first card is written."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("recsys.model_card"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown_or_dash,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
