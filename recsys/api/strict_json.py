"""Parses a request body as strict JSON; what the parser refuses becomes an HTTP error."""

from __future__ import annotations

from typing import Any, NoReturn

from recsys.api.http_errors import HttpError
from recsys.core import strict_json
from recsys.errors import Problem

ALLOWED = "one JSON object in UTF-8"


def parse(body: bytes) -> Any:
    """The value in a request body; anything but strict JSON raises a `HttpError` of kind `not_json`."""
    if not body:
        _refuse("an empty body", 'Send for example {"user_id": 196, "movie_id": 50}.')
    try:
        return strict_json.parse(body)
    except strict_json.JsonError as error:
        _refuse(error.received, error.remedy)


def _refuse(received: str, remedy: str) -> NoReturn:
    raise HttpError("not_json", Problem("body", received, ALLOWED, remedy))
