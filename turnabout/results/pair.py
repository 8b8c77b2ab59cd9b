"""Rows about a pair and its sessions. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from turnabout.commands.pair_terms import Decision, NextStep
from turnabout.results.base import At, Result


class Session(Result):
    """A session of a pair: planned (not logged yet), held, missed or cancelled."""

    number: int
    starts_at: At
    ends_at: At
    state: Literal["planned", "held", "missed", "cancelled"]
    unlogged: bool = False


class PairCard(Result):
    """A pair as its lead, the steward and the two partners see it. `planned` counts the sessions that were
    not called off. An end by choice and one for safety both read `ended`; a pause reads `paused`, whatever
    led to it. `next_session` is the first planned one after the time that the reader named."""

    pair: str
    cohort: str
    program: str
    number: int
    state: str
    mentor: str
    mentee: str
    lead: str
    support_contact: str
    preset: str
    weeks: int
    interval_weeks: int
    timezone: str
    ends_on: date
    assigned: bool
    replaces: str | None
    formed_at: At
    activated_at: At | None
    ended_at: At | None
    goal: str | None
    goal_metric: str | None
    goal_baseline: float | None
    goal_target: float | None
    goal_unit: str | None
    goal_due_on: date | None
    goal_proposed: str | None
    teaches: str | None
    gives: str | None
    cadence: dict[str, Any] | None
    next_session: Session | None = None
    sessions: tuple[Session, ...]
    planned: int
    held: int
    missed: int
    pauses: int
    deliverables: int
    milestone_checked_at: At | None
    actions: int
    actions_done: int
    decision: Decision | None
    decision_by_default: bool
    outcome: float | None
    attainment: int | None
    memo: Literal["filed", "waived"] | None
    memo_at: At | None
    summary: str | None
    lesson: str | None
    next_steps: tuple[NextStep, ...]
