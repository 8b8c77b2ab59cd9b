"""Pages of lists: a cursor is the last item's key, so that what is added before it moves nothing. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import Field

from turnabout.errors import InvalidInput
from turnabout.model import Model

T = TypeVar("T")
Key = tuple[str | int, ...]
LARGEST = 500

Limit = Annotated[int, Query(ge=1, le=LARGEST, description="How many items a page has at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=500, description="Where to go on: `next` of the page before. Opaque."),
]


class Page(Model, Generic[T]):
    """A page of a list. `next` is the cursor of the page after it; null on the last one."""

    items: tuple[T, ...]
    next: str | None = Field(description="The cursor of the next page; null where this is the last.")


def page_of(items: Iterable[T], key: Callable[[T], Key], cursor: str | None, limit: int) -> Page[T]:
    """The items after the cursor in the order of their keys, which must be unique. Raises InvalidInput for a
    cursor that is not one of ours."""
    ordered = sorted(items, key=key)
    if cursor is not None:
        after = _read(cursor)
        try:
            ordered = [one for one in ordered if key(one) > after]
        except TypeError:  # the cursor of another list
            raise _strange() from None
    shown = tuple(ordered[:limit])
    return Page(items=shown, next=_made(key(shown[-1])) if len(ordered) > limit else None)


def _made(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _read(cursor: str) -> Key:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key: Any = json.loads(text)
    except (binascii.Error, ValueError):
        raise _strange() from None
    if not isinstance(key, list) or not all(isinstance(part, str | int) for part in key):
        raise _strange()
    return tuple(key)


def _strange() -> InvalidInput:
    return InvalidInput(
        "The cursor is not one of this list.", ("cursor: it must be `next` of an earlier page",)
    )
