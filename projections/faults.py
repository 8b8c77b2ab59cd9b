"""What can go wrong with a batch: what passes by itself, and what stands in the way for good. Pure.

The reason that operators read names the event and the schema, and nothing of what the event holds.
"""

from __future__ import annotations

import asyncio

import asyncpg

from events.reader import Page
from projections.projection import CannotApply
from turnabout.errors import CorruptLog, Unreachable

_PASSING_CLASSES = {"08", "25", "40", "53", "55", "57", "58"}
_SCHEMA_NAMES = ("sqlstate", "table_name", "column_name", "constraint_name")


def passes(error: Exception) -> bool:
    """Whether an error comes from the database's circumstances (connections, conflicts, resources, locks, an
    administrator), and the same batch may do well later."""
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "")[:2] in _PASSING_CLASSES
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # asyncpg's DataError is both
    return isinstance(error, Unreachable | OSError | asyncio.TimeoutError)


def reason(error: Exception, page: Page | None = None) -> str:
    """Why a read model stands still."""
    if isinstance(error, CannotApply | CorruptLog):
        return str(error)
    events = page.events if page else ()
    places = f"positions {events[0].position} to {events[-1].position}" if events else "the next page"
    return f"The events at {places} cannot be stored: {named(error)}."


def named(error: Exception) -> str:
    """An error by its type and the names in the schema; its message may quote values."""
    names = (getattr(error, name, None) for name in _SCHEMA_NAMES)
    return " ".join([type(error).__name__, *(str(name) for name in names if name)])
