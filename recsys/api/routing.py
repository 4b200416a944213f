"""The routes: POST /predict, POST /recommend and those under /api; any other address there is a JSON 404."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import Receive, Scope, Send

from recsys.api import openapi
from recsys.api.body_reader import BodyReader
from recsys.api.http_errors import HttpError, JsonAnswer, refuse, too_many
from recsys.api.strict_json import parse
from recsys.errors import BundleError, NoModelError, Problem, shown
from recsys.requests.prediction_request import PredictionRequest, predict_response
from recsys.requests.recommend_request import RecommendRequest, check_similar, recommend_response, similar_response
from recsys.requests.together_request import TogetherRequest, together_response
from recsys.requests.why_not_request import WhyNotRequest, why_not_response
from recsys.schema import MOVIE, USER
from recsys.web.clients import client_of
from recsys.web.rate_limit import RateLimiter

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender

GetRecommender = Callable[[], "Recommender"]
Handler = Callable[[BodyReader], Awaitable[JsonAnswer]]
Respond = Callable[["Recommender", object], Mapping[str, Any]]
Check = Callable[[object], object]
PAGE_METHODS = frozenset({"GET", "HEAD"})
PAGE_AND_ROUTE = ("GET", "HEAD", "POST")  # the page answers GET and HEAD
ADDRESSES = ("/api/ready", "/api/similar", "/api/why-not", "/api/together", "/api/openapi.json")
UNLIMITED = RateLimiter(0, 0)
THREADS = 1  # a prediction holds the interpreter lock: one at a time is faster than several in turns


def routes(get_recommender: GetRecommender, base_path: str = "", limiter: RateLimiter = UNLIMITED) -> list[BaseRoute]:
    """The Starlette routes, to be mounted beside Streamlit's own.

    Parameters
    ----------
    get_recommender
        Called in a worker thread for each request; raises `NoModelError` while there is no verified model (503).
    base_path
        Streamlit's base path (`server.baseUrlPath`).
    limiter
        Requests over its limits get 429.
    """
    base = "/" + base_path.strip("/") if base_path.strip("/") else ""
    handlers = Handlers(get_recommender, base)

    def endpoint(handler: Handler | None, *methods: str, advertised: tuple[str, ...] = ()) -> JsonEndpoint:
        return JsonEndpoint(handler, *methods, advertised=advertised, base=base, limiter=limiter)

    api = [
        Route("/ready", endpoint(handlers.ready, "GET", "HEAD")),
        Route("/openapi.json", endpoint(handlers.openapi, "GET", "HEAD")),
        Route("/similar", endpoint(handlers.similar, "POST")),
        Route("/why-not", endpoint(handlers.why_not, "POST")),
        Route("/together", endpoint(handlers.together, "POST")),
        Route("/{path:path}", endpoint(None)),
    ]
    page_routes = {"/predict": handlers.predict, "/recommend": handlers.recommend}
    beside_pages = [
        BesidePage(base + path, endpoint(handler, "POST", advertised=PAGE_AND_ROUTE))
        for path, handler in page_routes.items()
    ]
    return [*beside_pages, Mount(f"{base}/api", routes=api)]


class BesidePage(Route):
    """A route that leaves GET and HEAD to the page of the same name."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Starlette's own matching, except for the methods of the page."""
        if scope.get("method") in PAGE_METHODS:
            return Match.NONE, {}
        return super().matches(scope)


class JsonEndpoint:
    """An ASGI endpoint whose every response is JSON, errors included.

    Parameters
    ----------
    handler
        Answers the request; None for an address without a route (404).
    methods
        The methods of the route.
    advertised
        The methods for the Allow header, where a page answers some of them.
    """

    def __init__(
        self,
        handler: Handler | None,
        *methods: str,
        advertised: tuple[str, ...] = (),
        base: str = "",
        limiter: RateLimiter = UNLIMITED,
    ) -> None:
        self._handler = handler
        self._methods = methods
        self._allow = ", ".join(advertised or methods)
        self._base, self._limiter = base, limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body_reader = BodyReader(scope, receive)
        try:
            response = await self._respond(scope, body_reader)
        except Exception as error:
            response = refuse(error)
            await _drain(scope, body_reader)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope, body_reader: BodyReader) -> JsonAnswer:
        if wait := self._limiter.wait(client_of(scope)):
            raise too_many(self._limiter, wait)
        if self._handler is None:
            addresses = ", ".join(self._base + address for address in ADDRESSES)
            problem = Problem("path", shown(scope["path"]), addresses, "Check the address.")
            raise HttpError("not_found", problem)
        if scope["method"] not in self._methods:
            problem = Problem("method", shown(scope["method"]), self._allow, "Use an allowed method.")
            raise HttpError("method_not_allowed", problem, {"Allow": self._allow})
        return await self._handler(body_reader)


class Handlers:
    """The handlers of the routes."""

    def __init__(self, get_recommender: GetRecommender, base: str = "") -> None:
        self._recommender, self._base = get_recommender, base
        self._threads = anyio.CapacityLimiter(THREADS)

    async def predict(self, body_reader: BodyReader) -> JsonAnswer:
        """POST /predict."""
        return await self._answer(body_reader, _predict, lambda body: PredictionRequest.checked(body, None))

    async def recommend(self, body_reader: BodyReader) -> JsonAnswer:
        """POST /recommend."""
        return await self._answer(body_reader, _recommend, lambda body: RecommendRequest.checked(body, None))

    async def similar(self, body_reader: BodyReader) -> JsonAnswer:
        """POST /api/similar."""
        return await self._answer(body_reader, similar_response, check_similar)

    async def why_not(self, body_reader: BodyReader) -> JsonAnswer:
        """POST /api/why-not."""
        return await self._answer(body_reader, _why_not, lambda body: WhyNotRequest.checked(body, None))

    async def together(self, body_reader: BodyReader) -> JsonAnswer:
        """POST /api/together."""
        return await self._answer(body_reader, _together, lambda body: TogetherRequest.checked(body, None))

    async def ready(self, _: BodyReader) -> JsonAnswer:
        """GET /api/ready: 200 once a verified model has made a prediction, else 503."""
        try:
            return JsonAnswer(await self._in_thread(self._state))
        except (NoModelError, BundleError) as error:
            return refuse(error, {"ready": False})

    async def openapi(self, _: BodyReader) -> JsonAnswer:
        """GET /api/openapi.json."""
        return JsonAnswer(await self._in_thread(self._document))

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Run in a worker thread, because the event loop also serves every browser."""
        return await anyio.to_thread.run_sync(work, *arguments, limiter=self._threads)

    async def _answer(self, body_reader: BodyReader, respond: Respond, check: Check) -> JsonAnswer:
        """The response to a request's JSON."""
        body = parse(await body_reader.read())
        return JsonAnswer(await self._in_thread(self._response, body, respond, check))

    def _response(self, body: object, respond: Respond, check: Check) -> Mapping[str, Any]:
        try:
            recommender = self._recommender()
        except (NoModelError, BundleError):
            check(body)  # a wrong request stays wrong: waiting for a model will not help
            raise
        return respond(recommender, body)

    def _state(self) -> Mapping[str, Any]:
        recommender = self._recommender()
        movie = int(recommender.movies[MOVIE].iloc[0])
        predict_response(recommender, PredictionRequest(movie))
        known_range = {name: [int(end) for end in recommender.known_range[name]] for name in (USER, MOVIE)}
        return {
            "ready": True,
            "version": recommender.version,
            "stars": list(recommender.stars),
            "movies": len(recommender.movies),
            "known_range": known_range,
        }

    def _document(self) -> Mapping[str, Any]:
        try:
            recommender = self._recommender()
        except (NoModelError, BundleError):
            return openapi.document(base=self._base)
        return openapi.document(recommender.stars, recommender.version, self._base)


def _predict(recommender: Recommender, body: object) -> Mapping[str, Any]:
    return predict_response(recommender, PredictionRequest.checked(body, recommender.stars))


def _recommend(recommender: Recommender, body: object) -> Mapping[str, Any]:
    request = RecommendRequest.checked(body, recommender.stars, recommender.catalogue.genre_names)
    return recommend_response(recommender, request)


def _why_not(recommender: Recommender, body: object) -> Mapping[str, Any]:
    request = WhyNotRequest.checked(body, recommender.stars, recommender.catalogue.genre_names)
    return why_not_response(recommender, request)


def _together(recommender: Recommender, body: object) -> Mapping[str, Any]:
    request = TogetherRequest.checked(body, recommender.stars, recommender.catalogue.genre_names)
    return together_response(recommender, request)


async def _drain(scope: Scope, body_reader: BodyReader) -> None:
    if scope["method"] in PAGE_METHODS:
        return
    try:
        await body_reader.drain()
    except HttpError:  # the client has disconnected
        return
