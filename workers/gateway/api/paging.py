"""Pages of lists: a cursor is the last item's key, so that what is added before it moves nothing. It is
sealed, for keys tell places in the log. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import Field

from activities.links import Links
from turnabout.errors import InvalidInput, LinkRefused
from turnabout.model import Model

T = TypeVar("T")
Key = tuple[str | int, ...]
LARGEST = 500
_CURSOR = "cursor"

Limit = Annotated[int, Query(ge=1, le=LARGEST, description="How many items a page has at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="Where to go on: `next` of the page before. Opaque."),
]


class Page(Model, Generic[T]):
    """A page of a list. `next` is the cursor of the page after it; null on the last one."""

    items: tuple[T, ...]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


def page_of(
    items: Iterable[T], key: Callable[[T], Key], cursor: str | None, limit: int, links: Links
) -> Page[T]:
    """The items after the cursor in the order of their keys, which must be unique. Raises InvalidInput for a
    cursor that is not one of ours."""
    ordered = sorted(items, key=key)
    if cursor is not None:
        after = _read(cursor, links)
        try:
            ordered = [one for one in ordered if key(one) > after]
        except TypeError:  # the cursor of another list
            raise _strange() from None
    shown = tuple(ordered[:limit])
    return Page(
        items=shown, next=links.mark(_CURSOR, json.dumps(key(shown[-1]))) if len(ordered) > limit else None
    )


def _read(cursor: str, links: Links) -> Key:
    try:
        return tuple(json.loads(links.marked(_CURSOR, cursor)))
    except LinkRefused:
        raise _strange() from None


def _strange() -> InvalidInput:
    return InvalidInput(
        "The cursor is not one of this list.", ("cursor: it must be `next` of an earlier page",)
    )
