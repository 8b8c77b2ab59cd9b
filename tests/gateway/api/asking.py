"""Machines that ask the API in somebody's name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import httpx2

from events.tokens import SCOPES, Scope
from tests.gateway.house import House

PROBLEM = "application/problem+json"


async def token(house: House, person: str, scopes: Collection[Scope] = SCOPES) -> dict[str, str]:
    """The header of a machine that speaks for a person."""
    _, text = await house.gateway.tokens.create(person, "test", scopes, lasting=timedelta(days=1))
    return {"Authorization": f"Bearer {text}"}


async def all_of(house: House, path: str, headers: dict[str, str], limit: int) -> list[Any]:
    """A list of the cohort, read page by page."""
    found: list[Any] = []
    ask = {"cohort": house.spec.id, "limit": str(limit)}
    while True:
        answer = await house.web.get(path, params=ask, headers=headers)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        found += page["items"]
        if page["next"] is None:
            return found
        ask["cursor"] = page["next"]


def problem(answer: httpx2.Response, status: int, kind: str) -> dict[str, Any]:
    """The problem that was answered, which must be of this kind."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    told: dict[str, Any] = answer.json()
    assert (told["type"], told["status"]) == (f"/problems/{kind}", status)
    assert told["title"]
    assert told["detail"]
    return told
