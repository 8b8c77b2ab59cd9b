"""Rows about a cohort as a whole. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from turnabout.results.base import At, Result


class SponsorDuty(Result):
    """One of the sponsor's duties: due, fulfilled, late, missed, or off where the cohort was cancelled."""

    due_at: At | None = None
    state: Literal["due", "fulfilled", "late", "missed", "off"]


class CohortBoard(Result):
    """A cohort as the lead, the steward and the analyst see it. `pairs` counts pairs formed, whatever became
    of them; `pairs_by_state` has a key only for states that occur; `attention` names what someone should
    look at."""

    cohort: str
    program: str
    name: str
    kind: str
    preset: str
    weeks: int
    state: str
    timezone: str
    starts_on: date
    kickoff_on: date
    ends_on: date
    lead: str
    sponsor: str
    policy_version: str
    charter_signed_at: At | None
    sponsorship_committed_at: At | None
    enrolment_opened_at: At | None
    enrolment_closes_at: At | None
    kickoff_held_on: date | None
    kickoff_held_at: At | None
    endpoint_at: At | None
    memo_filed_at: At | None
    closed_at: At | None
    archived_at: At | None
    cancelled_at: At | None
    duties: dict[str, SponsorDuty]
    next_cohort: str | None = None
    next_cohort_on: date | None = None
    people: int
    mentors_joined: int
    mentees_joined: int
    declined: int
    waiting: int
    pairs: int
    pairs_assigned: int
    pairs_by_state: dict[str, int]
    memos_filed: int
    memos_waived: int
    attention: tuple[str, ...]
    last_event: str
    last_event_at: At
    last_position: int


class ChecklistItem(Result):
    """A line of the launch checklist (R77), for everyone in the program. `position` is that of the event
    which ticked it; `stream` is left out where that is a pair's."""

    cohort: str
    number: int
    item: str
    title: str
    done: bool
    done_at: At | None
    stream: str | None
    position: int | None


class SurveyLine(Result):
    """Who was asked in a wave and whether they have answered, for the lead and the analyst; never what they
    answered. `late`: there was no answer when it had to be in."""

    cohort: str
    wave: Literal["baseline", "endpoint"]
    person: str
    control: bool
    status: Literal["answered", "silent", "gone"]
    asked_at: At
    answered_at: At | None
    late: bool


class EmploymentLine(Result):
    """What HR told of a person (K1, K4); its `number` is that by which it is corrected."""

    number: int
    person: str
    on_day: date
    what: str
    level: int | None
    corrects: int | None
    recorded_at: At


class TimelineLine(Result):
    """What happened in a cohort, in one plain sentence; for the lead, support and the demo."""

    position: int
    cohort: str
    stream: str
    occurred_at: At
    week: int
    phase: str
    type: str
    what: str
