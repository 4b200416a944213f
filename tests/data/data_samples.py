"""Files in the ML-100K layout, and behaviours of servers."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

RATINGS = "1\t1\t5\t874965758\n1\t2\t3\t876893171\n2\t1\t4\t888550871\n3\t3\t1\t888550872\n"
FLAGS = "|".join(["0"] * 5 + ["1"] + ["0"] * 12 + ["1"])  # Comedy and Western
ITEMS = (
    f"1|Toy Story (1995)|01-Jan-1995||http://x|{FLAGS}\n"
    f"2|Cité des enfants perdus, La (1995)|4-Feb-1971||http://x|{FLAGS}\n"
    f"3|NA|||http://x|{'|'.join(['1'] + ['0'] * 18)}\n"
)
USERS = "1|24|M|technician|85711\n2|53|F|other|94043\n3|23|M|writer|32067\n"

Behaviour = Callable[[socket.socket], None]


def answer(body: bytes, status: str = "200 OK", length: int | None = None) -> Behaviour:
    """Sends a body; `length` is the Content-Length of the header."""
    claimed = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Length: {claimed}\r\nConnection: close\r\n\r\n"
    return lambda connection: connection.sendall(head.encode() + body)


def silent(connection: socket.socket) -> None:
    """Accepts the request and never responds."""
    time.sleep(30)


def dripping(connection: socket.socket) -> None:
    """Sends ten bytes a second."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.1)
