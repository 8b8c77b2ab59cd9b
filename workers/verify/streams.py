"""Reads every stream from its begin to its end: versions without a gap, ids that follow from their commands,
bodies that this release can read and fold, seals that open or were shredded. A page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import asyncpg
from pydantic import ValidationError

from events import sql
from events.encoding import decode
from events.registry import Registry
from events.sealing import SEALED, Place, Vault, unseal
from turnabout.errors import CorruptLog
from turnabout.faults import place
from workers.verify.report import Findings
from workflows.rules.cohort import COHORT
from workflows.rules.decider import Decider
from workflows.rules.pair import PAIR
from workflows.stream import event_id

_SQL = sql.load(__file__, "verify.sql")

DECIDERS: Mapping[str, Decider[Any]] = {"cohort": COHORT, "pair": PAIR}
PAGE = 1000
DIGEST = "@command_digest"
"""Under this name the store seals the digest of a command that was confidential."""

Keys = Mapping[str, bytes | None]


class _Followed:
    """A stream as far as it was read."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.version = 0
        self._decider = DECIDERS.get(name.partition("-")[0])
        self._state = self._decider.initial if self._decider else None
        self._findings = findings
        self._position = 0
        self._command = ""
        self._ordinal = 0
        self.readable = self._decider is not None
        if self._decider is None:
            findings.wrong("streams", "no rules of this release know this kind of stream", name)

    @property
    def terminal(self) -> bool:
        """Whether the rules call the stream finished, after all that was read."""
        return self._decider is not None and self._decider.is_terminal(self._state)

    def wrong(self, found: str, version: int) -> None:
        self._findings.wrong("events", found, self.name, version)

    def order(self, row: asyncpg.Record) -> None:
        """Versions, positions and ids."""
        version = row["version"]
        if version != self.version + 1:
            self.wrong(f"versions {self.version + 1} to {version - 1} are missing before it", version)
            self.readable = False
        if row["position"] <= self._position:
            self.wrong(f"its position {row['position']} is not after {self._position}", version)
        same = row["command_id"] == self._command and version == self.version + 1
        self._ordinal = self._ordinal + 1 if same else 0
        expected = event_id(self.name, row["command_id"], self._ordinal)
        if row["event_id"] != expected:
            self.wrong(f"its id is {row['event_id']}; stream, command and ordinal give {expected}", version)
        self.version, self._position, self._command = version, row["position"], row["command_id"]

    def believe(self, row: asyncpg.Record, registry: Registry, data: dict[str, Any]) -> None:
        """The body: of a known type, brought to today's schema, valid, and folded."""
        if self._decider is None:
            return
        try:
            _, body = registry.current(row["type"], row["schema_version"], data)
            event = self._decider.events.validate_python({"type": row["type"], **body})
        except CorruptLog as error:
            self._unreadable(error.message, row["version"])
        except ValidationError as error:
            places = ", ".join(place(fault["loc"]) for fault in error.errors(include_input=False))
            self._unreadable(f"its body is not that of {row['type']}: {places}", row["version"])
        except Exception as error:  # noqa: BLE001 -- an upcaster may meet anything in a body that is broken
            self._unreadable(f"its body cannot be brought up to date: {type(error).__name__}", row["version"])
        else:
            self._fold(event, row)

    def _unreadable(self, found: str, version: int) -> None:
        self.wrong(found, version)
        self.readable = False

    def _fold(self, event: Any, row: asyncpg.Record) -> None:
        if not self.readable or self._decider is None:
            return
        try:
            self._state = self._decider.evolve(self._state, event, row["occurred_at"])
        except Exception as error:  # noqa: BLE001 -- whatever a fold raises, the stream cannot be folded
            self._unreadable(
                f"the stream cannot be folded from it on: {type(error).__name__}", row["version"]
            )


async def read_streams(
    pool: asyncpg.Pool, registry: Registry, vault: Vault | None, findings: Findings
) -> None:
    """Read the whole log, stream by stream. Without a vault seals stay closed, and what they hold is taken as
    missing, as after an erasure. `pool` has the role WRITER."""
    if vault is None:
        findings.note("seals", "not opened: no master keys")
    followed: _Followed | None = None
    after = ("", 0)
    while True:
        rows = await pool.fetch(_SQL["events"], *after, PAGE)
        seals = [decode(row["sealed"]) if row["sealed"] else {} for row in rows]
        keys = await _keys(vault, {one.get("person", "") for fields in seals for one in fields.values()})
        ended: list[_Followed] = []
        for row, sealed in zip(rows, seals, strict=True):
            if followed is None or row["stream"] != followed.name:
                ended += [followed] if followed else []
                followed = _Followed(row["stream"], findings)
            findings.looked("events")
            followed.order(row)
            data = decode(row["data"])
            opened = _opened(row, data, sealed, registry, keys, findings)
            followed.believe(row, registry, {**data, **opened})
        if len(rows) < PAGE:
            await _ends(pool, [*ended, *([followed] if followed else [])], findings)
            return
        await _ends(pool, ended, findings)
        after = (rows[-1]["stream"], rows[-1]["version"])


async def _keys(vault: Vault | None, people: set[str]) -> Keys | None:
    """The keys of these people, as far as they open; None without a vault."""
    if vault is None:
        return None
    try:
        return await vault.keys(people)
    except CorruptLog:
        found: dict[str, bytes | None] = {}
        for person in people:
            try:
                found |= await vault.keys([person])
            except CorruptLog:
                continue  # `person keys` tells of it
        return found


def _opened(
    row: asyncpg.Record,
    data: dict[str, Any],
    sealed: dict[str, Any],
    registry: Registry,
    keys: Keys | None,
    findings: Findings,
) -> dict[str, Any]:
    """The sealed values of an event, None where nobody can tell."""

    def wrong(found: str) -> None:
        findings.wrong("seals", found, row["stream"], row["version"])

    opened: dict[str, Any] = {}
    owners: Mapping[str, str] = {}
    if row["type"] in registry.names() and row["schema_version"] == registry.schema_version(row["type"]):
        owners = registry.sealed_fields(row["type"])
    for field in owners:
        if data.get(field) == SEALED and field not in sealed:
            wrong(f"{field} reads sealed, and its seal is gone")
            opened[field] = None
        elif data.get(field) not in {None, SEALED}:
            wrong(f"{field} must be sealed, and is not")
    if (DIGEST in sealed) is not (row["command_digest"] == SEALED):
        wrong("the digest of its command must be sealed where its body is, and only there")
    for field, one in sealed.items():
        findings.looked("seals")
        person = one.get("person", "")
        if field != DIGEST:
            opened[field] = None
            if data.get(field) != SEALED:
                wrong(f"{field} has a seal, and its body does not say so")
            if field in owners and person != data.get(owners[field]):
                wrong(f"{field} is sealed for somebody else than its {owners[field]}")
        if keys is None:
            continue
        if person not in keys:
            wrong(f"{field} is sealed with a key that is gone or cannot be opened")
            continue
        try:
            value = unseal(one, Place(row["stream"], row["event_id"], field), keys)
        except (CorruptLog, ValueError, KeyError):
            wrong(f"the seal of {field} is broken")
            continue
        if field != DIGEST:
            opened[field] = value
    return opened


async def _ends(pool: asyncpg.Pool, ended: list[_Followed], findings: Findings) -> None:
    """Whether streams are closed that the rules call finished, and no others."""
    rows = await pool.fetch(_SQL["ends"], [one.name for one in ended])
    closed = {(row["stream"], row["version"]): row["closed"] for row in rows}
    for one in ended:
        said = closed.get((one.name, one.version))  # None: it has grown since, or `streams` tells of it
        if one.readable and said is not None and said is not one.terminal:
            word = "closed" if said else "open"
            rules = "is finished" if one.terminal else "is not finished"
            findings.wrong("streams", f"it is {word}, and by the rules it {rules}", one.name, one.version)
