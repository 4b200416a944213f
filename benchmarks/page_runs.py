"""Processor time of each page's run, and how long forty visitors wait who arrive at the same time.

    python -m benchmarks.page_runs               # starts the app itself on a free port; Linux
    python -m benchmarks.page_runs --runs 5 --sessions 10

Needs a trained model (`python -m recsys train`). Sessions use the app's websocket protocol, so every run happens in
the server's own threads, and no browser takes processor time. Writes benchmarks/results/page_runs.md and
page_runs.json. Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np

import recsys
from benchmarks import result_files
from benchmarks.latency import app_process
from benchmarks.page_sessions import PageSession, processor_seconds, visiting

COST_LIMITS = {"recommend": 0.06, "predict": 0.05}  # processor seconds of a run, at the median
FIRST_PAGE_LIMIT, CLICK_LIMIT = 4.0, 2.0  # seconds at p95, of forty concurrent sessions
CLICKS = 4
RERUN_PAGES = ("", "rate", "evaluate", "train", "models", "data")  # pages that run again unchanged
RANKERS = ("Popular", "Personal")
SETTLE_SECONDS = 0.1  # until the server has sent everything
Interaction = Callable[[PageSession], Awaitable[float]]


def main() -> int:
    """Measure, print and write the tables; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40, help="runs of each page (default 40)")
    parser.add_argument("--sessions", type=int, default=40, help="concurrent sessions (default 40)")
    options = parser.parse_args()
    recommender = recsys.load()
    visits = Visits(np.random.default_rng(0), recommender.user_ids, recommender.catalogue.movie_ids)
    with app_process() as (url, server):
        costs = asyncio.run(all_costs(url, server, visits, options.runs))
        waits = {page: asyncio.run(waiting_times(url, visits, page, options.sessions)) for page in COST_LIMITS}
    result = summary(costs, waits, options.sessions)
    print(result_files.write("page_runs", markdown(result), result))
    return 0 if within_limits(result) else 1


class Visits:
    """Random visits: the user and movie of a page, and the changes on it."""

    def __init__(self, random: np.random.Generator, users: np.ndarray, movies: np.ndarray) -> None:
        self._random, self._users, self._movies = random, users, movies

    def address(self, page: str) -> dict[str, int]:
        """The parameters of a first visit to a page."""
        pair = {"user": self.user(), "movie": self.movie()}
        return {"predict": pair, "recommend": {"user": pair["user"]}}.get(page, {})

    def click(self, page: str, number: int) -> Interaction:
        """The interaction number 0, 1, ... on a page: another user, then another ranker or movie, and so on."""
        if page not in COST_LIMITS:
            return lambda session: session.rerun()
        if number % 2 == 0:
            return lambda session: session.change("user_id", str(self.user()))
        if page == "predict":
            return lambda session: session.change("movie_id", str(self.movie()))
        return lambda session: session.change("options_ranker", RANKERS[number // 2 % len(RANKERS)])

    def user(self) -> int:
        return int(self._random.choice(self._users))

    def movie(self) -> int:
        return int(self._random.choice(self._movies))


async def all_costs(url: str, server: int, visits: Visits, runs: int) -> dict[str, list[float]]:
    """Processor seconds of each page's first run in a new session, and of its later runs in an open session."""
    costs = {}
    for page in (*COST_LIMITS, *RERUN_PAGES):
        async with visiting(url, page) as session:  # fills the server's caches
            await session.open(**visits.address(page))
        name = page or "home"
        costs[f"{name}, first"] = [await opening_cost(url, server, visits, page) for _ in range(max(1, runs // 4))]
        async with visiting(url, page) as session:
            await session.open(**visits.address(page))
            costs[name] = [await cost(server, visits.click(page, number)(session)) for number in range(runs)]
    return costs


async def opening_cost(url: str, server: int, visits: Visits, page: str) -> float:
    """Processor seconds of the first run in a new session."""
    async with visiting(url, page) as session:
        return await cost(server, session.open(**visits.address(page)))


async def cost(server: int, run: Awaitable[float]) -> float:
    """Processor seconds of the server until a page has run and is sent."""
    await asyncio.sleep(SETTLE_SECONDS)
    before = processor_seconds(server)
    await run
    await asyncio.sleep(SETTLE_SECONDS)
    return processor_seconds(server) - before


async def waiting_times(url: str, visits: Visits, page: str, sessions: int) -> tuple[list[float], list[float]]:
    """Seconds to the first page, and of each click, in concurrent sessions that never pause."""
    clock = asyncio.get_running_loop().time

    async def visit() -> tuple[float, list[float]]:
        began = clock()
        async with visiting(url, page) as session:
            await session.open(**visits.address(page))
            first = clock() - began
            return first, [await visits.click(page, number)(session) for number in range(CLICKS)]

    visitors = await asyncio.gather(*(visit() for _ in range(sessions)))
    return [first for first, _ in visitors], [wait for _, clicks in visitors for wait in clicks]


def summary(
    costs: dict[str, list[float]], waits: dict[str, tuple[list[float], list[float]]], sessions: int
) -> dict[str, Any]:
    """Median and 95th percentile of every measurement, with its limit if it has one."""
    return {
        "sessions": sessions,
        "costs": {name: percentiles(seconds) | {"limit": COST_LIMITS.get(name)} for name, seconds in costs.items()},
        "waits": {
            f"{page}: {event}": percentiles(seconds) | {"limit": limit}
            for page, by_event in waits.items()
            for event, seconds, limit in zip(
                ("first page", "a click"), by_event, (FIRST_PAGE_LIMIT, CLICK_LIMIT), strict=True
            )
        },
    }


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {"n": len(seconds)} | {f"p{q}": round(float(np.percentile(seconds, q)), 4) for q in (50, 95)}


def within_limits(result: dict[str, Any]) -> bool:
    """Whether the medians of the costs and the 95th percentiles of the waits are within their limits."""
    costs, waits = result["costs"].values(), result["waits"].values()
    return all(cost["p50"] <= (cost["limit"] or cost["p50"]) for cost in costs) and all(
        wait["p95"] <= wait["limit"] for wait in waits
    )


def markdown(result: dict[str, Any]) -> list[str]:
    """The lines of page_runs.md."""
    costs = [
        [name, cost["n"], f"{cost['p50']:.3f}", f"{cost['p95']:.3f}", cost["limit"] or ""]
        for name, cost in result["costs"].items()
    ]
    waits = [
        [event, wait["n"], f"{wait['p50']:.1f}", f"{wait['p95']:.1f}", f"{wait['limit']:g}"]
        for event, wait in result["waits"].items()
    ]
    environment = (
        f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    )
    return [
        "# Runs of pages",
        "",
        f"MovieLens 100K; written by `python -m benchmarks.page_runs`. Seconds. {environment}",
        "",
        "## Processor time of a run",
        "",
        "All threads of the server together, from a click until everything is sent; first: in a new session. Clicks",
        "select another user, movie or ranker; the other pages run again unchanged.",
        "",
        *result_files.markdown_table(["page", "runs", "p50", "p95", "limit at p50"], costs),
        "",
        f"## {result['sessions']} concurrent sessions",
        "",
        f"Each opens the page for a random user and clicks {CLICKS} times without a pause.",
        "",
        *result_files.markdown_table(["wait", "n", "p50", "p95", "limit at p95"], waits),
    ]


if __name__ == "__main__":
    sys.exit(main())
