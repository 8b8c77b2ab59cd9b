"""Every threshold and timer of the rules as a named value with the id of its rule; frozen and versioned.

The first event of a stream carries the whole policy, so an old cohort keeps the one it started with. Pure.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from turnabout.model import Model, Rating, digest

Days = Annotated[int, Field(ge=0, le=3650)]
BusinessDays = Annotated[int, Field(ge=0, le=260)]
Hours = Annotated[int, Field(ge=0, le=24 * 90)]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Percent = Annotated[int, Field(ge=0, le=100)]


def ruled(rule: str, default: Any, text: str) -> Any:
    """A policy value: the id of its rule, its default and what it means, with the unit."""
    return Field(default=default, description=text, json_schema_extra={"rule": rule})


class CharterPolicy(Model):
    """Charter, launch clock and enrolment (T2-T4, R26, R31, R32)."""

    max_words: int = ruled("R26", 600, "words a charter may have")
    reminders: tuple[BusinessDays, ...] = ruled(
        "T2", (3, 7), "business days after which the sponsor is reminded"
    )
    escalation: BusinessDays = ruled("T2", 10, "business days after which the lead is told")
    launch_info: Days = ruled("T3", 30, "days after signing: information")
    launch_warning: Days = ruled("T3", 45, "days after signing: warning")
    launch_limit: Days = ruled("R31", 60, "days after signing by which kickoff must be held")
    min_kpis: int = ruled("R32", 3, "KPIs named in the charter, at least")
    max_kpis: int = ruled("R32", 4, "KPIs named in the charter, at most")
    opening_reminders: tuple[BusinessDays, ...] = ruled(
        "T4", (2, 4), "business days after charter and commitment: the lead is reminded to open enrolment"
    )
    opening_escalation: BusinessDays = ruled("T4", 10, "business days after them: the sponsor is told")
    enrolment: BusinessDays = ruled("T4", 10, "business days that enrolment stays open")
    enrolment_reminders: tuple[BusinessDays, ...] = ruled("T4", (3, 1), "business days before the close")


class MatchingPolicy(Model):
    """Eligibility, shortlists and the solve (R36-R42, G10, G12, T5)."""

    shortlist_min: int = ruled("R36", 3, "candidates on a shortlist, where the pool allows")
    shortlist_max: int = ruled("R36", 5, "candidates on a shortlist, at most")
    choice_window: BusinessDays = ruled("T5", 5, "business days a mentee has to rank")
    choice_reminder: BusinessDays = ruled(
        "T5", 3, "business day of the window on which the mentee is reminded"
    )
    consent_window: BusinessDays = ruled("R37", 3, "business days a mentor has to accept or decline")
    max_solves: int = ruled("R37", 3, "solves in a round, the first included; then assisted choice")
    mentor_capacity: int = ruled("G12", 2, "active pairs a mentor may have")
    mentee_capacity: int = ruled("G12", 1, "active pairs a mentee may have")
    reporting_levels: int = ruled("R42", 2, "levels up or down that count as one reporting line")
    min_overlap_hours: int = ruled("R42", 2, "working hours a day that both must share")
    weight_gap: Percent = ruled("R36", 45, "per cent of the score for gap coverage")
    weight_interests: Percent = ruled("R36", 25, "per cent of the score for shared interests")
    weight_overlap: Percent = ruled("R36", 15, "per cent of the score for working-hours overlap")
    weight_difference: Percent = ruled(
        "R36", 15, "per cent of the score for difference of function and place"
    )
    min_cross_function: int = ruled("R39", 0, "pairs across functions that there should be, at least")
    min_cross_location: int = ruled("R39", 0, "pairs across locations that there should be, at least")
    min_cross_background: int = ruled(
        "R39", 0, "pairs across professional backgrounds that there should be, at least"
    )
    refreshed_shortlists: int = ruled(
        "T5", 1, "times that a mentee who did not choose in time gets another shortlist; then the lead helps"
    )
    rematch: int = ruled("R41", 4, "weeks that must be left for a new round, where somebody's partner left")
    min_pairs: int = ruled("G13", 4, "pairs below which a cohort needs an override")
    min_pairs_reported: int = ruled("G13", 5, "pairs below which nothing can be reported by role")
    max_pairs: int = ruled("G13", 12, "pairs a cohort may have")
    min_roll_out_pairs: int = ruled("R89", 8, "pairs a roll-out cohort must have")
    roll_out_signals: int = ruled("G13", 5, "signals of the readiness check on which a roll-out may start")


class KickoffPolicy(Model):
    """Kickoff and the first meeting (T7, T8, R51, R52, R78)."""

    minutes: int = ruled("R51", 90, "minutes of the kickoff")
    invite: Days = ruled("T7", 14, "days before kickoff: invitation")
    cheat_sheet: Days = ruled("T7", 2, "days before kickoff: cheat sheet")
    reminder: Days = ruled("T7", 1, "days before kickoff: reminder")
    make_up: BusinessDays = ruled("R52", 5, "business days within which absentees get a make-up")
    first_meeting_minutes: int = ruled("R78", 60, "minutes the first session lasts, at most")
    first_meeting_due: Days = ruled("T8", 7, "days after kickoff by which the first session is held")
    first_meeting_reminders: tuple[Days, ...] = ruled("T8", (3, 5), "days after kickoff")
    first_meeting_escalation: Days = ruled("T8", 8, "days after kickoff: the lead is told")


class GoalPolicy(Model):
    """The gate against vague goals (G2)."""

    attainable: Rating = ruled("G2", 3, "both partners rate attainability at least so (letter A)")
    stretch: int = ruled("G2", 10, "times the baseline; a target beyond must be confirmed (letter A)")


class SessionPolicy(Model):
    """Sessions, their reminders and adherence (R45, T9, K10)."""

    min_minutes: int = ruled("R45", 30, "minutes a session lasts, at least")
    max_minutes: int = ruled("R45", 120, "minutes a session lasts, at most")
    day_starts: int = ruled("R45", 7, "local hour before which no session begins")
    day_ends: int = ruled("R45", 20, "local hour by which every session is over")
    reminder: Hours = ruled("T9", 24, "hours before a session")
    alarm: Minutes = ruled("T9", 60, "minutes before a session or the kickoff: people's own calendars ring")
    log_prompts: tuple[Hours, ...] = ruled("T9", (2, 48), "hours after a session: prompts to log it")
    missed: Hours = ruled("T9", 24, "hours after a missed session: prompt to reschedule")
    moves: int = ruled("T9", 3, "moves of one session after which the lead is told")
    unlogged: Days = ruled("K10", 7, "days after which an unlogged session counts as missed")
    misses_in_a_row: int = ruled("T9", 2, "misses in a row after which the lead is told")
    inactive_intervals: int = ruled("T9", 2, "cadence intervals with nothing completed ...")
    inactive_grace: Days = ruled("T9", 3, "... and days more: inactivity flag")


class PulsePolicy(Model):
    """Pulse, milestone check and midpoint decision (T10, T11, T14, R79)."""

    window: BusinessDays = ruled("T10", 5, "business days a pulse stays open")
    late: int = ruled("R56", 4, "weeks after which a pair that is late for all pulses has one of its own")
    reminders: tuple[BusinessDays, ...] = ruled(
        "T10", (2, 4), "days of the window on which the silent are reminded"
    )
    milestone: BusinessDays = ruled("T11", 5, "business days the milestone check is due in")
    milestone_horizon: int = ruled("R79", 6, "weeks the milestone check looks ahead, at most")
    decision: BusinessDays = ruled(
        "T14", 5, "business days after the pulse closes: default decision, with an alert"
    )


class PracticePolicy(Model):
    """What a pair produces, phase by phase (R62-R66, R68)."""

    feedback: Hours = ruled("R63", 48, "hours within which a draft gets feedback from the other partner")
    feedback_reminder: Hours = ruled("R63", 24, "hours after a draft: the other partner is reminded")
    evidence_reminders: tuple[Days, ...] = ruled(
        "R66", (7,), "days after the end of a phase on which a pair is reminded of missing evidence"
    )
    confidence: int = Field(
        default=95,
        ge=50,
        le=99,
        description="per cent: of the interval that an experiment's verdict rests on",
        json_schema_extra={"rule": "R68"},
    )


class SafetyPolicy(Model):
    """Psychological safety (G6, T18, R73)."""

    red_rating: Rating = ruled("G6", 2, "a safety rating at or below is red")
    amber_rating: Rating = ruled("G6", 3, "a safety rating at is amber")
    amber_drop: int = ruled("G6", 2, "points a rating falls since the last: amber")
    amber_gap: int = ruled("G6", 2, "points partners differ: amber")
    silent_pulses: int = ruled("G6", 2, "pulses in a row without an answer: amber")
    decoys: Percent = ruled(
        "G6", 10, "per cent of the pairs that are well that get a routine check-in in a wave all the same"
    )
    secret_lot: bool = ruled(
        "G6", True, "whether the lot comes from outside and is sealed, so that nobody can work it out"
    )
    decoys_between: Percent = ruled(
        "G6",
        10,
        "per cent of the pairs that get a routine check-in at a time of its own, outside of the waves",
    )
    contact: Hours = ruled("T18", 48, "hours within which the steward makes contact")
    open_door: Days = ruled("R73", 30, "days after the memo in which a concern still reaches the steward")
    resolution: BusinessDays = ruled("T18", 10, "business days within which a pause is resolved")
    reds_to_offer_end: int = ruled("G6", 2, "reds after which reshuffle or end is offered")


class StagnationPolicy(Model):
    """Stagnation at mid-pilot (G7)."""

    adherence: Percent = ruled("G7", 60, "per cent of planned sessions completed; below is a sign")
    progress: Rating = ruled("G7", 2, "progress rated at or below by both is a sign")
    quiet: Days = ruled("G7", 21, "days without a deliverable or action done are a sign")
    signs: int = ruled("G7", 2, "signs that propose a reshuffle; one fewer is a nudge")
    extension: int = ruled("G7", 4, "weeks a reshuffled pair may be extended, at most")
    consent: BusinessDays = ruled("G7", 5, "business days both partners have to agree to a reshuffle")
    short_memo: BusinessDays = ruled("G7", 5, "business days for the short memo of the old pair")


class ClosingPolicy(Model):
    """Endpoint, memos, archive (T15, T16, T19, G9)."""

    endpoint_grace: Days = ruled("T15", 7, "days after the end on which the endpoint wave closes")
    endpoint_reminders: tuple[Days, ...] = ruled(
        "T15", (2, 5), "days after it opens on which the silent are reminded"
    )
    memo: BusinessDays = ruled("T16", 5, "business days after the end by which the memo is due")
    memo_by: Days | None = ruled(
        "T16", None, "days after the kickoff by which memos are due at the latest; None: no such day"
    )
    memo_reminders: tuple[BusinessDays, ...] = ruled(
        "T16", (2, 4), "business days after it was due: reminders"
    )
    memo_escalation: BusinessDays = ruled("T16", 10, "business days after the end: the lead is told")
    close_reminders: tuple[BusinessDays, ...] = ruled(
        "G9", (2, 4), "business days after the last memo: the lead is reminded to close the cohort"
    )
    close_escalation: BusinessDays = ruled("G9", 10, "business days after the last memo: the sponsor is told")
    next_cohort: Days = ruled("T19", 30, "days before the close: plan the next cohort")
    next_cohort_late: Days = ruled("T19", 14, "days after the close: one-off alert")
    retention: Days | None = ruled(
        "R109",
        730,
        "days after the close, or the cancelling, after which its people's keys are due to be destroyed",
    )
    archive: Days = ruled("R98", 365, "days after the close until the cohort is archived")


class MeasurementPolicy(Model):
    """Baseline, endpoint of the measures, survey budget (T6, G5, G17, R55, R58-R60)."""

    waves: bool = ruled("R55", True, "whether baseline and endpoint ask each person, controls too")
    opens: Days = ruled("T6", 7, "days before kickoff: the baseline opens")
    reminders: tuple[Days, ...] = ruled("T6", (3, 1), "days before kickoff: the silent are reminded")
    lead: BusinessDays = ruled("T6", 1, "business days after kickoff: the lead hears how many are missing")
    late_reminder: BusinessDays = ruled(
        "T6", 2, "business days after which somebody who joined later is reminded"
    )
    survey_gap: Days = ruled("G17", 7, "days between two surveys of one person, at least; 0: any")


class NudgePolicy(Model):
    """When people may be reminded (R108, G20)."""

    day_starts: int = ruled("R108", 8, "local hour at which reminders may start")
    day_ends: int = ruled("R108", 18, "local hour at which they must have been sent")
    max_nudges: int = ruled("G20", 3, "nudges for one item; then a person is told")
    stale_after: Hours = ruled("R108", 72, "hours after which a late prompt has lost its use")


class SponsorPolicy(Model):
    """What the sponsor shows up for (R28, T12, T21)."""

    checkpoint_window: int = ruled("T12", 1, "weeks around mid in which the checkpoint falls")
    reminder: BusinessDays = ruled("R28", 3, "business days before a duty is due: reminder")
    recognition_after_kickoff: BusinessDays = ruled("T21", 3, "business days after kickoff")
    recognition_after_close: BusinessDays = ruled("T21", 5, "business days after the close")
    closing_checkpoint: Annotated[int, Field(ge=2, le=260)] | None = ruled(
        "T12",
        5,
        "business days after the pairs' last day by which the closing checkpoint is held; None: it is not",
    )


class Policy(Model):
    """All thresholds of a cohort, in groups. `name` is given by people; `version` follows from the values."""

    name: str = "house-2026"
    charter: CharterPolicy = CharterPolicy()
    matching: MatchingPolicy = MatchingPolicy()
    kickoff: KickoffPolicy = KickoffPolicy()
    goal: GoalPolicy = GoalPolicy()
    sessions: SessionPolicy = SessionPolicy()
    pulse: PulsePolicy = PulsePolicy()
    practice: PracticePolicy = PracticePolicy()
    safety: SafetyPolicy = SafetyPolicy()
    stagnation: StagnationPolicy = StagnationPolicy()
    closing: ClosingPolicy = ClosingPolicy()
    measurement: MeasurementPolicy = MeasurementPolicy()
    nudges: NudgePolicy = NudgePolicy()
    sponsor: SponsorPolicy = SponsorPolicy()
    confidential_k: int = ruled("G19", 5, "distinct respondents below which a value is suppressed")

    @cached_property
    def version(self) -> str:
        """`name@digest`: two policies with one version are equal."""
        return f"{self.name}@{digest(self.model_dump(mode='json'))[:12]}"
