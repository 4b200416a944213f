"""HTTP errors: the code and status of each kind, and its JSON response."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from recsys.errors import BundleError, InputError, NoModelError, Problem, RecsysError, UnknownIdError
from recsys.web.rate_limit import RateLimiter

RETRY_SECONDS = 5
MAX_PROBLEMS = 50  # a request of 16 KiB can have thousands of wrong fields; the response must stay small
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    """One kind of error: its HTTP status and its meaning, for the API description."""

    status: int
    meaning: str


KINDS: dict[str, Kind] = {
    "not_json": Kind(400, "The body is not strict JSON: empty, broken, a duplicate key, NaN, or nested too deeply."),
    "unknown_id": Kind(404, "A valid id that the data does not have."),
    "not_found": Kind(404, "There is nothing at this address."),
    "method_not_allowed": Kind(405, "This method is not allowed here; see the Allow header."),
    "too_slow": Kind(408, "The body did not arrive in time."),
    "too_large": Kind(413, "The body is too large."),
    "unsupported_media_type": Kind(415, "The content type is not application/json, or the body is compressed."),
    "invalid": Kind(422, "One or more values are invalid; all of them are listed."),
    "too_many_requests": Kind(429, "Too many requests by this client or by all clients; see the Retry-After header."),
    "internal": Kind(500, "An error in the server; its log has the details."),
    "no_model": Kind(503, "There is no model yet; see the Retry-After header."),
}


class HttpError(InputError):
    """A request refused before its values are checked: `kind` is a key of `KINDS`."""

    def __init__(self, kind: str, problem: Problem, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(str(problem), [problem])
        self.kind = kind
        self.headers = dict(headers or {})


def too_many(limiter: RateLimiter, wait: float) -> HttpError:
    """The error for a request over the rate limits, with the seconds to wait."""
    rates = [(limiter.client_rate, "per client"), (limiter.total_rate, "for all clients")]
    allowed = " and ".join(f"{rate:g} requests a second {clients}" for rate, clients in rates if rate)
    seconds = math.ceil(wait)
    problem = Problem("requests", "more than that", allowed, f"Wait {seconds} s, then send fewer requests.")
    return HttpError("too_many_requests", problem, {"Retry-After": str(seconds)})


class JsonAnswer(Response):
    """A JSON response that closes its connection.

    Streamlit's socket lacks TCP_NODELAY, and the server writes head and body separately: on a connection kept
    open the body waits 44 ms for the client's delayed acknowledgement. Closing sends it at once.
    """

    media_type = "application/json"

    def __init__(self, content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        defaults = {"Connection": "close", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        super().__init__(content, status, {**defaults, **(headers or {})})

    def render(self, content: Any) -> bytes:
        """ASCII only, because a field name may contain a lone surrogate, which UTF-8 cannot encode."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def refuse(error: Exception, extra: Mapping[str, Any] | None = None) -> JsonAnswer:
    """The JSON response to any error; an unexpected one is logged, and its details are not sent."""
    kind = _kind(error)
    if kind == "internal":
        _LOG.error("unexpected error while answering a request", exc_info=error)
    headers = dict(error.headers) if isinstance(error, HttpError) else {}
    if kind == "no_model":
        headers["Retry-After"] = str(RETRY_SECONDS)
    return JsonAnswer({**(extra or {}), **body(kind, error)}, KINDS[kind].status, headers)


def body(kind: str, error: Exception) -> dict[str, Any]:
    """The error object: code, message and at most `MAX_PROBLEMS` of the problems."""
    problems = error.problems if isinstance(error, RecsysError) else ()
    listed = [problem.as_dict() for problem in problems[:MAX_PROBLEMS]]
    return {"error": {"code": kind, "message": _message(kind, error, problems), "problems": listed}}


def _kind(error: Exception) -> str:
    if isinstance(error, HttpError):
        return error.kind
    if isinstance(error, UnknownIdError):
        return "unknown_id"
    if isinstance(error, InputError):
        return "invalid"
    return "no_model" if isinstance(error, NoModelError | BundleError) else "internal"


def _message(kind: str, error: Exception, problems: tuple[Problem, ...]) -> str:
    if kind == "internal":
        return "Something went wrong in the server; its log has the details. Please try again."
    if len(problems) > 1:
        return f"{len(problems)} values are invalid. The first: {problems[0]}"
    return str(error)
