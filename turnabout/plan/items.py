"""What a plan is made of. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from turnabout.model import Instant, Key, Line, Model
from turnabout.power import Design

Kind = Literal["milestone", "deadline", "reminder", "escalation"]
Audience = Literal["sponsor", "business sponsor", "lead", "everyone", "mentors", "mentees", "pairs"]

ASSUMPTIONS = (
    "The charter is signed on the day it goes out, the sponsor commits, and enrolment opens.",
    "Every window is used to its end, and one solve of the match is enough.",
    "The kickoff is held and recorded, and every pair is prepared then.",
    "Every pair meets on the weekday and at the hour of the kickoff, at the preset's interval.",
    "What goes to pairs is shown by the cohort's clock; each person gets it in their own working hours.",
    "What follows from somebody's act (a goal to confirm, a missed session, a pause) is not shown.",
)


class PlanItem(Model):
    """One thing that will fire. `at` is UTC, `local` the same on the cohort's clock; week 1 is the kickoff's.
    A `reminder` or `escalation` names its message and how many people get it then (None where pairs are
    meant); `unless` is what makes it needless."""

    at: Instant
    local: Instant
    week: int
    phase: str
    kind: Kind
    rule: str
    what: Line
    to: Audience | None = None
    people: int | None = None
    template: str = ""
    unless: str = ""


class Plan(Model):
    """A cohort's calendar, in order of time, what it takes for granted, and which differences the cohort can
    find (None where nobody can be paired)."""

    cohort: Key
    name: Line
    timezone: str
    policy_version: str
    starts_on: date
    kickoff: Instant
    ends_on: date
    close_expected: Instant
    assumptions: tuple[str, ...] = ASSUMPTIONS
    design: Design | None = None
    items: tuple[PlanItem, ...]
