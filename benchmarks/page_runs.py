"""What a run of each page costs the server, and how long forty visitors wait who come at once.

    python -m benchmarks.page_runs               # starts the app itself on a free port; Linux
    python -m benchmarks.page_runs --runs 5 --sessions 10

Needs a trained model (`python -m recsys train`). Sessions speak the app's websocket protocol, so every run is one in
the server's own threads, and no browser takes part of the processor. Writes benchmarks/results/page_runs.md and
page_runs.json. Ends with code 1 when a limit is not held.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable

import numpy as np

import recsys
from benchmarks import sheet
from benchmarks.latency import started
from benchmarks.page_sessions import PageSession, processor_seconds, visiting

COSTS = {"recommend": 0.06, "predict": 0.05}  # processor seconds of a run, at the median
FIRST, CLICK = 4.0, 2.0  # seconds at p95, of forty sessions that come at once
CLICKS = 4
OTHERS = ("", "rate", "evaluate", "train", "models", "data")  # pages that are run again as they are
RANKERS = ("Popular", "Personal")
QUIET = 0.1  # seconds until the server has sent everything
Step = Callable[[PageSession], Awaitable[float]]


def main() -> int:
    """Measure, write the page, and say by the exit code whether every limit is held."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40, help="runs of each page (default 40)")
    parser.add_argument("--sessions", type=int, default=40, help="sessions that come at once (default 40)")
    chosen = parser.parse_args()
    recommender = recsys.load()
    visits = Visits(np.random.default_rng(0), recommender.user_ids, recommender.catalogue.movie_ids)
    with started() as (url, server):
        costs = asyncio.run(all_costs(url, server, visits, chosen.runs))
        waits = {page: asyncio.run(demographic_lift(url, visits, page, chosen.sessions)) for page in COSTS}
    result = summary(costs, waits, chosen.sessions)
    sheet.write("page_runs", lines(result), result)
    print("\n".join(lines(result)))
    return 0 if held(result) else 1


class Visits:
    """What visitors do: whom they open a page for, and what they change there."""

    def __init__(self, random: np.random.Generator, users: np.ndarray, movies: np.ndarray) -> None:
        self._random, self._users, self._movies = random, users, movies

    def address(self, page: str) -> dict[str, int]:
        """The parameters of a first visit to a page."""
        pair = {"user": self.user(), "movie": self.movie()}
        return {"predict": pair, "recommend": {"user": pair["user"]}}.get(page, {})

    def click(self, page: str, number: int) -> Step:
        """The change number 0, 1, ... on a page: another user, then another ranker or movie, and so on."""
        if page not in COSTS:
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
    """Processor seconds of each page's first run in a new session, and of its runs in an open one."""
    costs = {}
    for page in (*COSTS, *OTHERS):
        async with visiting(url, page) as session:  # what is made once for the server is made here
            await session.open(**visits.address(page))
        name = page or "home"
        costs[f"{name}, first"] = [await opening(url, server, visits, page) for _ in range(max(1, runs // 4))]
        async with visiting(url, page) as session:
            await session.open(**visits.address(page))
            costs[name] = [await cost(server, visits.click(page, number)(session)) for number in range(runs)]
    return costs


async def opening(url: str, server: int, visits: Visits, page: str) -> float:
    """Processor seconds of one new session until its page is there."""
    async with visiting(url, page) as session:
        return await cost(server, session.open(**visits.address(page)))


async def cost(server: int, run: Awaitable[float]) -> float:
    """Processor seconds that the server takes while a page runs and is sent."""
    await asyncio.sleep(QUIET)
    before = processor_seconds(server)
    await run
    await asyncio.sleep(QUIET)
    return processor_seconds(server) - before


async def demographic_lift(url: str, visits: Visits, page: str, sessions: int) -> tuple[list[float], list[float]]:
    """Seconds to the first page, and of each click, of sessions that come at once and never pause."""
    clock = asyncio.get_running_loop().time

    async def one() -> tuple[float, list[float]]:
        began = clock()
        async with visiting(url, page) as session:
            await session.open(**visits.address(page))
            first = clock() - began
            return first, [await visits.click(page, number)(session) for number in range(CLICKS)]

    visitors = await asyncio.gather(*(one() for _ in range(sessions)))
    return [first for first, _ in visitors], [wait for _, clicks in visitors for wait in clicks]


def summary(costs: dict[str, list[float]], waits: dict[str, tuple[list[float], list[float]]], sessions: int) -> dict:
    """Medians and percentiles of everything, with the limits that some have."""
    return {
        "sessions": sessions,
        "costs": {name: percentiles(of) | {"limit": COSTS.get(name)} for name, of in costs.items()},
        "waits": {
            f"{page}: {what}": percentiles(of) | {"limit": limit}
            for page, both in waits.items()
            for what, of, limit in zip(("first page", "a click"), both, (FIRST, CLICK), strict=True)
        },
    }


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {"n": len(seconds)} | {f"p{at}": round(float(np.percentile(seconds, at)), 4) for at in (50, 95)}


def held(result: dict) -> bool:
    """Whether the medians of the costs and the 95 % points of the waits are within their limits."""
    costs, waits = result["costs"].values(), result["waits"].values()
    return all(of["p50"] <= (of["limit"] or of["p50"]) for of in costs) and all(
        of["p95"] <= of["limit"] for of in waits
    )


def lines(result: dict) -> list[str]:
    """As Markdown."""
    costs = [
        [name, of["n"], f"{of['p50']:.3f}", f"{of['p95']:.3f}", of["limit"] or ""]
        for name, of in result["costs"].items()
    ]
    waits = [
        [what, of["n"], f"{of['p50']:.1f}", f"{of['p95']:.1f}", f"{of['limit']:g}"]
        for what, of in result["waits"].items()
    ]
    about = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}, {os.cpu_count()} cores."
    return [
        "# Runs of pages",
        "",
        f"MovieLens 100K; written by `python -m benchmarks.page_runs`. Seconds. {about}",
        "",
        "## Processor time of a run",
        "",
        "All threads of the server together, from a click until everything is sent; first: in a new session. Clicks",
        "choose another user, another movie, another ranker; the other pages are run again as they are.",
        "",
        *sheet.table(["page", "runs", "p50", "p95", "limit at p50"], costs),
        "",
        f"## {result['sessions']} sessions at once",
        "",
        f"Each opens the page and clicks {CLICKS} times as soon as it can, for a user of its own.",
        "",
        *sheet.table(["wait", "times", "p50", "p95", "limit at p95"], waits),
    ]


if __name__ == "__main__":
    sys.exit(main())
