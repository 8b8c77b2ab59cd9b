"""What a verification found: how much was looked at, and every fault with its place. Pure.

Nothing here repeats what an event holds.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, get_args

from turnabout.model import Model

Check = Literal[
    "streams", "events", "seals", "person keys", "effects", "outbox", "fingerprint", "read models"
]
CHECKS: tuple[Check, ...] = get_args(Check)

KEPT = 100
"""Faults of each check that are kept; the others are counted."""


class Fault(Model):
    """Something that is not as it must be, and where."""

    check: Check
    stream: str | None = None
    version: int | None = None
    found: str


class Line(Model):
    """One check: how many of its things were looked at, and how many faults they have; `note` says what was
    left out, and why."""

    check: Check
    looked_at: int
    faults: int
    note: str = ""


class Report(Model):
    """A whole verification. `fingerprint` (SHA-256, hex) covers the `events` events up to `position`."""

    position: int
    events: int
    fingerprint: str
    checks: tuple[Line, ...]
    faults: tuple[Fault, ...]

    @property
    def total(self) -> int:
        """The number of faults, also of those that are not listed."""
        return sum(line.faults for line in self.checks)


class Findings:
    """Collects what a run finds, in bounded memory."""

    def __init__(self) -> None:
        self._looked: Counter[Check] = Counter()
        self._wrong: Counter[Check] = Counter()
        self._notes: dict[Check, list[str]] = {}
        self._kept: list[Fault] = []

    def looked(self, check: Check, number: int = 1) -> None:
        """So many more things were looked at."""
        self._looked[check] += number

    def wrong(self, check: Check, found: str, stream: str | None = None, version: int | None = None) -> None:
        """Something is not as it must be."""
        self._wrong[check] += 1
        if self._wrong[check] <= KEPT:
            self._kept.append(Fault(check=check, stream=stream, version=version, found=found))

    def note(self, check: Check, text: str) -> None:
        """Something was left out."""
        self._notes.setdefault(check, []).append(text)

    def report(self, position: int, events: int, fingerprint: str) -> Report:
        """All of it."""
        lines = (
            Line(
                check=check,
                looked_at=self._looked[check],
                faults=self._wrong[check],
                note="; ".join(self._notes.get(check, [])),
            )
            for check in CHECKS
        )
        return Report(
            position=position,
            events=events,
            fingerprint=fingerprint,
            checks=tuple(lines),
            faults=tuple(self._kept),
        )
