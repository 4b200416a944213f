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
from typing import Any, NamedTuple

import numpy as np

import recsys
from benchmarks import result_files
from benchmarks.latency import app_process
from benchmarks.page_sessions import PageSession, processor_seconds, visiting

COST_LIMITS = {"recommend": 0.08, "predict": 0.05}  # processor seconds of a run, at the median
WAIT_LIMITS = {"movie": 0.5}  # seconds of a run for one visitor alone, at p95
SENT_LIMITS = {"recommend": 60.0}  # kilobytes sent in a run, at the median
FIRST_PAGE_LIMIT, CLICK_LIMIT = 4.0, 2.0  # seconds at p95, of forty concurrent sessions
CLICKS = 4
MEASURED_PAGES = (*COST_LIMITS, *WAIT_LIMITS)
RERUN_PAGES = ("", "rate", "evaluate", "train", "models", "data")  # pages that run again unchanged
RANKERS = ("Popular", "Personal")
SETTLE_SECONDS = 0.1  # until the server has sent everything
Interaction = Callable[[PageSession], Awaitable[float]]


class Run(NamedTuple):
    """What one run of a page took: processor seconds of the server, seconds until it was sent, and kilobytes sent."""

    cost: float
    wait: float
    sent: float


def main() -> int:
    """Measure, print and write the tables; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40, help="runs of each page (default 40)")
    parser.add_argument("--sessions", type=int, default=40, help="concurrent sessions (default 40)")
    options = parser.parse_args()
    recommender = recsys.load()
    visits = Visits(np.random.default_rng(0), recommender.user_ids, recommender.catalogue.movie_ids)
    with app_process() as (url, server):
        runs = asyncio.run(all_runs(url, server, visits, options.runs))
        waits = {page: asyncio.run(waiting_times(url, visits, page, options.sessions)) for page in COST_LIMITS}
    result = summary(runs, waits, options.sessions)
    print(result_files.write("page_runs", markdown(result), result))
    return 0 if within_limits(result) else 1


class Visits:
    """Random visits: the user and movie of a page, and the changes on it."""

    def __init__(self, random: np.random.Generator, users: np.ndarray, movies: np.ndarray) -> None:
        self._random, self._users, self._movies = random, users, movies

    def address(self, page: str) -> dict[str, int]:
        """The parameters of a first visit to a page."""
        pair = {"user": self.user(), "movie": self.movie()}
        return {"predict": pair, "movie": pair, "recommend": {"user": pair["user"]}}.get(page, {})

    def click(self, page: str, number: int) -> Interaction:
        """The interaction number 0, 1, ... on a page: another user, then another ranker or movie, and so on."""
        if page == "movie":
            return lambda session: session.open(**self.address(page))
        if page not in COST_LIMITS:
            return lambda session: session.rerun()
        if number % 2 == 0:
            return lambda session: session.change("user_field", str(self.user()))
        if page == "predict":
            return lambda session: session.change("movie_field", str(self.movie()))
        return lambda session: session.change("options_ranker", RANKERS[number // 2 % len(RANKERS)])

    def user(self) -> int:
        return int(self._random.choice(self._users))

    def movie(self) -> int:
        return int(self._random.choice(self._movies))


async def all_runs(url: str, server: int, visits: Visits, count: int) -> dict[str, list[Run]]:
    """Each page's first run in a new session, and its later runs in an open session, for one visitor alone."""
    runs = {}
    for page in (*MEASURED_PAGES, *RERUN_PAGES):
        async with visiting(url, page) as session:  # fills the server's caches
            await session.open(**visits.address(page))
        name = page or "home"
        runs[f"{name}, first"] = [await first_run(url, server, visits, page) for _ in range(max(1, count // 4))]
        async with visiting(url, page) as session:
            await session.open(**visits.address(page))
            runs[name] = [await measured(server, session, visits.click(page, number)) for number in range(count)]
    return runs


async def first_run(url: str, server: int, visits: Visits, page: str) -> Run:
    """The first run in a new session."""
    async with visiting(url, page) as session:
        return await measured(server, session, lambda session: session.open(**visits.address(page)))


async def measured(server: int, session: PageSession, act: Interaction) -> Run:
    """One run, until the page is sent."""
    await asyncio.sleep(SETTLE_SECONDS)
    before, received = processor_seconds(server), session.received
    wait = await act(session)
    await asyncio.sleep(SETTLE_SECONDS)
    return Run(processor_seconds(server) - before, wait, (session.received - received) / 1000)


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
    runs: dict[str, list[Run]], waits: dict[str, tuple[list[float], list[float]]], sessions: int
) -> dict[str, Any]:
    """Median and 95th percentile of every measurement, with its limit if it has one."""
    return {
        "sessions": sessions,
        "costs": {
            name: percentiles([run.cost for run in page_runs])
            | {
                "limit": COST_LIMITS.get(name),
                "wait": percentiles([run.wait for run in page_runs])["p95"],
                "wait_limit": WAIT_LIMITS.get(name),
                "sent": percentiles([run.sent for run in page_runs])["p50"],
                "sent_limit": SENT_LIMITS.get(name),
            }
            for name, page_runs in runs.items()
        },
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
    """Whether every figure that has a limit is within it."""
    pairs = [(wait["p95"], wait["limit"]) for wait in result["waits"].values()]
    for cost in result["costs"].values():
        pairs += [(cost["p50"], cost["limit"]), (cost["wait"], cost["wait_limit"]), (cost["sent"], cost["sent_limit"])]
    return all(limit is None or value <= limit for value, limit in pairs)


def limits(cost: dict[str, Any]) -> str:
    """The limits of one row: `p50 0.08, 60 KB`."""
    texts = {"p50 {:g}": cost["limit"], "wait {:g}": cost["wait_limit"], "{:g} KB": cost["sent_limit"]}
    return ", ".join(text.format(limit) for text, limit in texts.items() if limit is not None)


def markdown(result: dict[str, Any]) -> list[str]:
    """The lines of page_runs.md."""
    costs = [
        [
            name,
            cost["n"],
            f"{cost['p50']:.3f}",
            f"{cost['p95']:.3f}",
            f"{cost['wait']:.2f}",
            f"{cost['sent']:.0f}",
            limits(cost),
        ]
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
        "select another user, movie or ranker; the other pages run again unchanged. Wait: seconds until the page is",
        "sent to one visitor alone.",
        "",
        *result_files.markdown_table(["page", "runs", "p50", "p95", "wait p95", "KB sent p50", "limit"], costs),
        "",
        f"## {result['sessions']} concurrent sessions",
        "",
        f"Each opens the page for a random user and clicks {CLICKS} times without a pause.",
        "",
        *result_files.markdown_table(["wait", "n", "p50", "p95", "limit at p95"], waits),
    ]


if __name__ == "__main__":
    sys.exit(main())
