"""One HTTP request from a test, without a library that tests alone would need."""

from __future__ import annotations

import asyncio
import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    text: str


async def ask(
    url: str, method: str = "GET", body: str | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """Make a request in a thread; header names of the answer are in lower case."""
    return await asyncio.to_thread(_ask, url, method, body, headers or {})


def _ask(url: str, method: str, body: str | None, headers: dict[str, str]) -> Answer:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        connection.request(method, parts.path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)
    finally:
        connection.close()
