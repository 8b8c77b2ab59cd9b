"""What is known of a pair's work: what it produced, tried and learned, how far each phase is; and of a
reshuffle that is proposed. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from turnabout.evidence import DeliverableKind, Evidence

Stage = Literal["recorded", "changed", "implemented", "measured"]
"""How far an insight has come: it changed a decision, which is carried out, of which something came (R11)."""
STAGES: tuple[Stage, ...] = ("recorded", "changed", "implemented", "measured")


@dataclass(frozen=True)
class Deliverable:
    """Something that the pair produced; `feedback` says that the other partner gave some, `gone` that
    it was recorded by mistake."""

    kind: DeliverableKind
    by: str
    at: datetime
    feedback_due: datetime | None = None
    feedback: bool = False
    gone: bool = False


@dataclass(frozen=True)
class PhaseState:
    """A phase that has begun; `missing` is what was lacking at its end."""

    until: datetime
    missing: tuple[Evidence, ...] = ()
    completed: bool = False


@dataclass(frozen=True)
class Reshuffle:
    """A reshuffle that both partners are asked to agree to; `by_lead` says that the lead, whoever that was,
    is to hear what becomes of it."""

    number: int
    by_lead: bool
    reason: str
    closes_at: datetime
    agreed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Work:
    """The work of a pair, each thing by its number from 1."""

    deliverables: Mapping[int, Deliverable] = field(default_factory=dict)
    experiments: int = 0
    insights: Mapping[int, Stage] = field(default_factory=dict)
    phases: Mapping[int, PhaseState] = field(default_factory=dict)
