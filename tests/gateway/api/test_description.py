"""What the docs say of the API is what it is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from activities.links import Links
from turnabout.codec import PayloadKey
from turnabout.errors import InvalidInput, NotFound
from workers.gateway.api.app import CHECKED_IN, description
from workers.gateway.api.paging import page_of
from workers.gateway.api.problems import nowhere


def test_the_description_in_the_docs_is_up_to_date() -> None:
    kept = CHECKED_IN.read_text(encoding="utf-8")
    assert kept == description(), "write it: python -m workers.gateway.api.app"


def test_every_operation_tells_its_problems_and_needs_a_token() -> None:
    document = json.loads(description())
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["security"] == [{"HTTPBearer": []}], path
            assert operation["summary"], path
            told = operation["responses"]
            expected = {"401", "403", "422", "429", "503"} | ({"413", "415"} if method == "post" else set())
            assert expected <= set(told), path
            for status, answer in told.items():
                if status.startswith(("4", "5")):
                    (kind,) = answer["content"]
                    assert kind == "application/problem+json"


LINKS = Links([PayloadKey(id="one", secret=bytes(32))], "", lasting=timedelta(days=1))


def test_pages_stay_together_while_items_come_and_go() -> None:
    items = [{"id": number} for number in range(0, 100, 2)]

    def key(one: dict[str, int]) -> tuple[int]:
        return (one["id"],)

    first = page_of(items, key, None, 10, LINKS)
    later = [{"id": 1}, *items[9:], {"id": 21}]  # some went, also the last one that was seen
    second = page_of(later, key, first.next, 10, LINKS)
    assert [one["id"] for one in second.items] == [20, 21, *range(22, 38, 2)]
    assert page_of([], key, second.next, 10, LINKS).next is None


@pytest.mark.parametrize("cursor", ["", "x", "é", "W10x", "WyJhIl0", LINKS.mark("position", "1")])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        page_of([{"id": 1}], lambda one: (one["id"],), cursor, 10, LINKS)


def test_a_refusal_keeps_nothing_of_the_requests_before() -> None:
    """An error raised anew would hold the frames, and so the tokens, of all who met it."""
    depths = []
    for _ in range(3):
        with pytest.raises(NotFound) as met:
            raise nowhere()
        depths.append(len(met.traceback))
    assert len(set(depths)) == 1
