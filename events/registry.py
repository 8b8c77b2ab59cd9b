"""Which wire names exist, which of their fields are sealed, and how old schema versions become current ones.

Checked as a whole at start, so a missing upcaster is found before the first event is read. Pure.
"""

from __future__ import annotations

import types
import typing
from typing import Any

from events.base import Event
from events.cohort import CohortEvent
from events.pair import PairEvent
from events.upcasts import UPCASTERS, Upcaster
from turnabout.errors import CorruptLog, InternalError


class Registry:
    """The event types that this release can store and read."""

    def __init__(self) -> None:
        self._types: dict[str, type[Event]] = {}
        self._sealed: dict[str, dict[str, str]] = {}
        self._upcasters: dict[tuple[str, int], Upcaster] = {}

    def register(self, *events: Any) -> None:
        """Add event classes or unions of them. Raises InternalError for a name taken or a seal misplaced."""
        for event in events:
            for kind in _classes(event):
                self._add(kind)

    def upcast(self, name: str, version: int, upcaster: Upcaster) -> None:
        """Add the step from schema version `version` of the type `name` to the next."""
        if (name, version) in self._upcasters:
            raise InternalError(f"Two upcasters lead from {name} version {version}.")
        self._upcasters[name, version] = upcaster

    def validate(self) -> None:
        """Check that every older version of every type has its step and no step leads nowhere."""
        needed = {(name, old) for name, kind in self._types.items() for old in range(1, kind.schema_version)}
        for name, version in sorted(needed ^ self._upcasters.keys()):
            missing = (name, version) in needed
            raise CorruptLog(
                f"The upcaster from {name} version {version} is missing."
                if missing
                else f"An upcaster leads from {name} version {version}, but no later version exists."
            )

    def names(self) -> frozenset[str]:
        """Every wire name."""
        return frozenset(self._types)

    def schema_version(self, name: str) -> int:
        """The current schema version of a type. Raises CorruptLog for an unknown name."""
        if name not in self._types:
            raise CorruptLog(
                f"The event type {name!r} is unknown to this release.", hint="Was it written by a newer one?"
            )
        return self._types[name].schema_version

    def schema(self, name: str) -> dict[str, Any]:
        """What an event of a type looks like, as JSON Schema."""
        return self._types[name].model_json_schema()

    def sealed_fields(self, name: str) -> dict[str, str]:
        """The confidential fields of a type, and for each the field that holds its owner's id."""
        return self._sealed[name]

    def current(self, name: str, version: int, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The body brought to the current schema version, with that version. Raises CorruptLog."""
        newest = self.schema_version(name)
        if version > newest:
            raise CorruptLog(
                f"An event {name} has schema version {version}; this release knows {newest} at most."
            )
        for step in range(version, newest):
            if (name, step) not in self._upcasters:
                raise CorruptLog(f"The upcaster from {name} version {step} is missing.")
            data = self._upcasters[name, step](data)
        return newest, data

    def _add(self, kind: type[Event]) -> None:
        name = kind.model_fields["type"].default
        if self._types.setdefault(name, kind) is not kind:
            raise InternalError(f"Two event types are named {name!r}.")
        self._sealed[name] = kind.sealed_fields()
        for field, owner in self._sealed[name].items():
            if owner not in kind.model_fields or owner in self._sealed[name]:
                raise InternalError(
                    f"{name}.{field} is sealed for {owner!r}, which is no open field beside it."
                )


def standard() -> Registry:
    """The registry of this release: everything that cohorts and pairs may say, validated."""
    registry = Registry()
    registry.register(CohortEvent, PairEvent)
    for (name, version), upcaster in UPCASTERS.items():
        registry.upcast(name, version, upcaster)
    registry.validate()
    return registry


def _classes(event: Any) -> list[type[Event]]:
    if isinstance(event, type):
        return [event]
    if isinstance(event, types.UnionType) or typing.get_origin(event) in {typing.Union, typing.Annotated}:
        parts = typing.get_args(event)
        if typing.get_origin(event) is typing.Annotated:
            parts = parts[:1]
        return [kind for part in parts for kind in _classes(part)]
    raise InternalError(f"{event!r} is no event type.")
