"""What a read model is: its tables, the events it handles, and the fold of a batch into changed rows. Pure.

A row holds only what follows from the log: no clock, no serial number, nothing that depends on where one
batch ended and the next began. So a rebuild equals the live model to the byte.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, Literal, NamedTuple, TypeVar, cast

from events.base import Event
from events.contracts import StoredEvent
from turnabout import sql
from turnabout.errors import InternalError
from turnabout.messages import cohort_of

R = TypeVar("R")
Scope = Literal["cohort", "pair", "stream"]
Key = tuple[Any, ...]


class Place(NamedTuple):
    """Where an event happened, read from its stream's name: `pair-q3-07` is pair `q3-07` of cohort `q3`."""

    stream: str
    cohort: str
    pair: str | None


@lru_cache(maxsize=4096)
def place(stream: str) -> Place:
    """The place of a stream; a stream of another kind belongs to no cohort (its cohort is empty)."""
    kind, _, name = stream.partition("-")
    return Place(stream, cohort_of(stream), name if kind == "pair" else None)


@dataclass(frozen=True)
class Table(Generic[R]):
    """A table of a read model; `row` is a dataclass with a field for each column (instants as ISO texts).

    With a `scope`, which is then the first column of the key, the rows of a batch's cohorts, pairs or streams
    are fetched before it is folded; without one, nothing is fetched and rows are only added.
    """

    name: str
    row: type[R]
    key: tuple[str, ...]
    scope: Scope | None = None


class Rows(Generic[R]):
    """One table's rows during a batch: as they were, and as the batch's events change them."""

    def __init__(self, table: Table[R], stored: Iterable[Mapping[str, Any]] = ()) -> None:
        self._key = table.key
        self._rows: dict[Any, dict[Key, R]] = {}
        self._changed: dict[Key, R] = {}
        self._dropped: dict[Key, R] = {}
        for values in stored:
            self._keep(table.row(**values))

    def find(self, *key: Any) -> R | None:
        """The row of that key to look at, or None."""
        return self._rows.get(key[0], {}).get(key)

    def under(self, first: Any) -> list[R]:
        """The rows to look at whose key begins so, in order of their keys."""
        return [row for _, row in sorted(self._rows.get(first, {}).items(), key=lambda one: one[0])]

    def change(self, *key: Any) -> R:
        """The row of that key, which the caller now changes. There must be one."""
        row = self._rows[key[0]][key]
        self._changed[key] = row
        return row

    def put(self, row: R) -> R:
        """Add a row, or replace the one of its key."""
        key = self._keep(row)
        self._changed[key] = row
        self._dropped.pop(key, None)
        return row

    def drop(self, *key: Any) -> None:
        """Remove the row of that key, if there is one."""
        row = self._rows.get(key[0], {}).pop(key, None)
        if row is not None:
            self._changed.pop(key, None)
            self._dropped[key] = row

    def changed(self) -> list[dict[str, Any]]:
        """The rows to save, in order of their keys."""
        return [vars(self._changed[key]) for key in sorted(self._changed)]

    def dropped(self) -> list[dict[str, Any]]:
        """The rows to remove, in order of their keys."""
        return [vars(self._dropped[key]) for key in sorted(self._dropped)]

    def _keep(self, row: R) -> Key:
        values = vars(row)
        key = tuple([values[name] for name in self._key])
        self._rows.setdefault(key[0], {})[key] = row
        return key


class Batch:
    """The tables of a projection during a batch."""

    def __init__(self, rows: Mapping[str, Rows[Any]]) -> None:
        self._rows = rows

    def __getitem__(self, table: Table[R]) -> Rows[R]:
        return cast("Rows[R]", self._rows[table.name])

    def changes(self) -> dict[str, list[dict[str, Any]]]:
        """The rows to save by table, and those to remove by `gone_<table>`; tables without any left out."""
        saved = {name: rows.changed() for name, rows in self._rows.items()}
        gone = {f"gone_{name}": rows.dropped() for name, rows in self._rows.items()}
        return {name: rows for name, rows in (saved | gone).items() if rows}


Handler = Callable[[Batch, StoredEvent], None]


class CannotApply(Exception):
    """An event does not fit the read model. The message names the event and the place in the code, and
    nothing of what the event holds."""

    def __init__(self, event: StoredEvent, error: Exception) -> None:
        trace, where = error.__traceback__, ""
        while trace is not None:
            where = f"{Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
            trace = trace.tb_next
        super().__init__(f"{describe(event)} does not fit: {type(error).__name__} in {where}.")


def describe(event: StoredEvent) -> str:
    """An event by its name and place, without its content."""
    return f"{event.type} at position {event.position} ({event.stream} version {event.version})"


class Projection:
    """A read model. Raise `version` whenever its rows or their meaning change: that leads to a rebuild.

    Its SQL lies in the `.sql` file next to `module_file`, in four blocks. `tables` and `views` make them.
    `load` takes an array for each scope that its tables have (cohorts, pairs, streams, in this order) and
    answers a JSON object of rows by table. `save` takes what `Batch.changes` answers, stores all of it in one
    statement and ends with `projections.advance($2, ...)`.

    A fifth block, `range`, may apply a whole stretch of the log by one statement, for rebuilds. Given
    projection, build, live, from and until it stores what the fold would, advances the checkpoint, and
    answers the number of events. It reads bodies as they were written: only fields that no upcaster touches.
    """

    def __init__(self, name: str, module_file: str, *, version: int, tables: Collection[Table[Any]]) -> None:
        self.name = name
        self.version = version
        self.tables = tuple(tables)
        self.sql = sql.load(module_file, f"{Path(module_file).stem}.sql")
        self._handlers: dict[str, Handler] = {}

    @property
    def types(self) -> frozenset[str]:
        """The wire names of the events that it handles."""
        return frozenset(self._handlers)

    def on(self, *events: type[Event]) -> Callable[[Handler], Handler]:
        """Decorates the function that applies events of these types."""

        def register(handler: Handler) -> Handler:
            for event in events:
                if self._handlers.setdefault(wire(event), handler) is not handler:
                    raise InternalError(f"{self.name} handles {wire(event)} twice.")
            return handler

        return register

    def scopes(self, events: Iterable[StoredEvent]) -> list[list[str]]:
        """The arguments of `load`: the cohorts, pairs and streams of the events, as the tables need them."""
        places = {place(event.stream) for event in events}
        found: dict[Scope, list[str]] = {
            "cohort": sorted({one.cohort for one in places}),
            "pair": sorted({one.pair for one in places if one.pair is not None}),
            "stream": sorted({one.stream for one in places}),
        }
        return [found[scope] for scope in found if any(table.scope == scope for table in self.tables)]

    def fold(
        self, events: Iterable[StoredEvent], stored: Mapping[str, Iterable[Mapping[str, Any]] | None]
    ) -> Batch:
        """The tables after these events, given the stored rows by table name. Raises CannotApply."""
        rows = {table.name: Rows(table, stored.get(table.name) or ()) for table in self.tables}
        batch = Batch(rows)
        for event in events:
            try:
                self._handlers[event.type](batch, event)
            except Exception as error:
                raise CannotApply(event, error) from error
        return batch


def wire(event: type[Event]) -> str:
    """The wire name of an event class."""
    return str(event.model_fields["type"].default)


def at(event: StoredEvent) -> str:
    """When an event occurred, as a row holds it."""
    return event.occurred_at.isoformat()
