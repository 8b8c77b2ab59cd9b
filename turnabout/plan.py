"""The whole calendar of a cohort before anything starts: what fires when, by which rule, and who is told.

Pure: spec, policy, preset and calendar in, items out. The dates are those of `turnabout.schedule`, which the
rules use too; nobody's answer is known yet, so what depends on one says under which condition it fires.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal

from turnabout import calendar, schedule
from turnabout.model import Instant, Key, Line, Model
from turnabout.plan_practice import Due, circles, phases
from turnabout.policy import Policy
from turnabout.presets import Preset
from turnabout.spec import CohortSpec

Kind = Literal["milestone", "deadline", "reminder", "escalation"]
Audience = Literal["sponsor", "lead", "everyone", "mentors", "mentees", "pairs"]

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
    """A cohort's calendar, in order of time, and what it takes for granted."""

    cohort: Key
    name: Line
    timezone: str
    policy_version: str
    starts_on: date
    kickoff: Instant
    ends_on: date
    close_expected: Instant
    assumptions: tuple[str, ...] = ASSUMPTIONS
    items: tuple[PlanItem, ...]


def plan(spec: CohortSpec) -> Plan:
    """Everything that will fire for a cohort, from the charter to the archive. The spec has no problems."""
    draft = _Draft(spec)
    draft.charter()
    draft.enrolment_and_matching()
    draft.kickoff()
    draft.first_meeting()
    draft.sessions()
    for due in (*phases(spec), *circles(spec)):
        draft.take(due)
    for week in spec.shape.pulse_weeks:
        draft.pulse(week)
    draft.midpoint()
    draft.endpoint()
    draft.memos_and_close()
    draft.sponsor_duties()
    return Plan(
        cohort=spec.id,
        name=spec.name,
        timezone=spec.timezone,
        policy_version=spec.rules.version,
        starts_on=spec.starts_on,
        kickoff=spec.kickoff,
        ends_on=spec.ends_on,
        close_expected=schedule.close_expected(spec, spec.rules),
        items=tuple(sorted(draft.items, key=lambda item: item.at)),
    )


class _Draft:
    """Collects the items of one spec, part by part."""

    def __init__(self, spec: CohortSpec) -> None:
        self.spec = spec
        self.rules: Policy = spec.rules
        self.shape: Preset = spec.shape
        self.items: list[PlanItem] = []
        mentors = {person.id: person.timezone for person in spec.people if person.role == "mentor"}
        mentees = {person.id: person.timezone for person in spec.people if person.role == "mentee"}
        self.audiences: dict[Audience, Mapping[str, str]] = {
            "sponsor": {spec.sponsor.id: spec.sponsor.timezone},
            "lead": {spec.lead.id: spec.lead.timezone},
            "everyone": mentors | mentees,
            "mentors": mentors,
            "mentees": mentees,
            "pairs": {"pairs": spec.timezone},
        }
        self.guests: tuple[Audience, ...] = ("pairs", "sponsor")
        self.ready: datetime = spec.kickoff

    def charter(self) -> None:
        """T2, T3."""
        spec, rules, sent_on = self.spec, self.rules, self.spec.starts_on
        sent, signed = schedule.on_day(spec, sent_on), "signed, and the sponsor has committed"
        self._add(sent, "R26", "The charter goes to the sponsor")
        self._tell(sent, "T2", "Charter to sign", "sponsor", "charter_due")
        for at in schedule.charter_reminders(spec, rules, sent_on):
            self._tell(at, "T2", "Charter still to sign", "sponsor", "charter_due", unless=signed)
        at = schedule.charter_escalation(spec, rules, sent_on)
        self._escalate(at, "T2", "Charter not signed", "charter_overdue", signed)
        clock, held = schedule.launch_clock(spec, rules, sent_on), "the kickoff is held"
        self._tell(clock.info, "T3", "Launch clock: information", "lead", "launch_info", unless=held)
        self._tell(clock.warning, "T3", "Launch clock: warning", "lead", "launch_warning", unless=held)
        at = schedule.launch_overdue(spec, rules, sent_on)
        self._escalate(at, "R31", "Launch overdue", "launch_overdue", held)

    def enrolment_and_matching(self) -> None:
        """T4, T5, R37."""
        spec, rules, opened_on = self.spec, self.rules, self.spec.starts_on
        opens = schedule.on_day(spec, opened_on)
        self._add(opens, "T4", "Enrolment opens")
        for at in schedule.opening_reminders(spec, rules, opened_on):
            self._tell(at, "T4", "Enrolment to open", "lead", "enrolment_to_open", unless="opened")
        late = schedule.opening_escalation(spec, rules, opened_on)
        self._escalate(late, "T4", "Enrolment not opened", "enrolment_not_opened", "opened", "sponsor")
        self._tell(opens, "T4", "Invitation to join", "everyone", "enrolment_invitation")
        for at in schedule.enrolment_reminders(spec, rules, opened_on):
            self._tell(at, "T4", "Enrolment closes soon", "everyone", "enrolment_reminder", unless="answered")
        closes = schedule.enrolment_closes(spec, rules, opened_on)
        self._add(closes, "T4", "Enrolment closes", "deadline", unless="the lead closed it earlier")
        ranking_on = schedule.day_of(spec, closes)
        self._tell(closes, "R36", "Shortlist to rank", "mentees", "shortlist_ready")
        at = schedule.choice_reminder(spec, rules, ranking_on)
        self._tell(at, "T5", "Shortlist still to rank", "mentees", "shortlist_reminder", unless="ranked")
        chosen = schedule.choice_closes(spec, rules, ranking_on)
        self._add(chosen, "T5", "Ranking closes", "deadline", unless="all have ranked")
        asked_on = schedule.day_of(spec, chosen)
        self._tell(chosen, "R37", "Proposed match to accept", "mentors", "match_proposed")
        at = schedule.consent_reminder(spec, rules, asked_on)
        if at > chosen:
            self._tell(at, "R37", "Match still to answer", "mentors", "match_reminder", unless="answered")
        self.ready = schedule.consent_closes(spec, rules, asked_on)
        self._add(self.ready, "R37", "Consent closes", "deadline", unless="all have answered")
        self._tell(self.ready, "R37", "Match confirmed", "pairs", "match_confirmed")
        self._tell(
            self.ready, "R41", "Place on the waiting list", "everyone", "waiting_list", unless="in a pair"
        )

    def kickoff(self) -> None:
        """T7, T8."""
        spec, rules, held_on = self.spec, self.rules, self.spec.kickoff_on
        for at, what, template in (
            (schedule.kickoff_invitation(spec, rules), "Invitation to the kickoff", "kickoff_invitation"),
            (schedule.kickoff_cheat_sheet(spec, rules), "Cheat sheet for the kickoff", "kickoff_cheat_sheet"),
            (schedule.kickoff_reminder(spec, rules), "Kickoff tomorrow", "kickoff_reminder"),
        ):
            for to in self.guests if template != "kickoff_cheat_sheet" else self.guests[:1]:
                self._before(max(at, self.ready), "T7", what, to, template, spec.kickoff)
        self._add(spec.kickoff, "R51", f"Kickoff, {rules.kickoff.minutes} minutes")
        ends = schedule.kickoff_ends(spec, rules)
        for at in (ends, *(schedule.business_day(spec, held_on, count) for count in (1, 3))):
            self._tell(at, "R51", "Kickoff to record", "lead", "kickoff_to_record", unless="recorded")
        due = schedule.make_up_due(spec, rules, held_on)
        caught_up = "there, or at a make-up"
        for at in (ends, schedule.business_day(spec, schedule.day_of(spec, due), -1)):
            self._tell(at, "R52", "Make-up of the kickoff", "pairs", "make_up_due", unless=caught_up)
        self._escalate(due, "R52", "Make-up of the kickoff overdue", "make_up_overdue", caught_up)

    def first_meeting(self) -> None:
        """What pairs prepare, and T8."""
        spec, rules, held_on = self.spec, self.rules, self.spec.kickoff_on
        prepared, met = "prepared", "the pair has met"
        self._tell(self.ready, "R43", "Goal, exchange, cadence and ground rules", "pairs", "prepare_pair")
        for at in schedule.first_meeting_reminders(spec, rules, held_on):
            self._tell(at, "T8", "Pair still to prepare", "pairs", "preparation_reminder", unless=prepared)
            self._tell(at, "T8", "First meeting to hold", "pairs", "first_meeting_reminder", unless=met)
        due = schedule.first_meeting_due(spec, rules, held_on)
        self._add(due, "T8", "First meeting due", "deadline", unless=met)
        at = schedule.first_meeting_escalation(spec, rules, held_on)
        self._escalate(at, "T8", "Pair not prepared", "preparation_overdue", prepared)
        self._escalate(at, "T8", "First meeting not held", "first_meeting_overdue", met)

    def sessions(self) -> None:
        """T9, at the default cadence."""
        spec, rules, shape = self.spec, self.rules, self.shape
        starts = schedule.session_series(
            spec,
            spec.kickoff_on + timedelta(days=1),
            spec.kickoff_on.weekday(),
            spec.kickoff_at,
            spec.timezone,
            shape.interval_weeks,
            shape.sessions,
        )
        over = schedule.pair_ends(spec, rules)  # after it nobody is asked about a session any more
        for number, at in enumerate(starts, start=1):
            ends = at + timedelta(minutes=shape.session_minutes)
            session = f"Session {number}"
            before = schedule.session_reminder(rules, at)
            self._before(before, "T9", f"{session} is near", "pairs", "session_reminder", at)
            self._add(at, "T9", f"{session}, {shape.session_minutes} minutes")
            for prompt in schedule.session_log_prompts(rules, ends):
                if prompt < over:
                    self._tell(prompt, "T9", f"{session} to log", "pairs", "session_log", unless="logged")
            lapses = schedule.session_lapses(rules, ends)
            if lapses < over:
                self._add(lapses, "K10", f"{session} counts as missed", "deadline", unless="logged")

    def pulse(self, week: int) -> None:
        """T10, T11."""
        spec, rules = self.spec, self.rules
        opens, closes = schedule.pulse_opens(spec, week), schedule.pulse_closes(spec, rules, week)
        reminders = schedule.pulse_reminders(spec, rules, week)
        self._tell(opens, "T10", f"Pulse of week {week}", "pairs", "pulse_invitation")
        for at in reminders:
            self._tell(at, "T10", "Pulse still to answer", "pairs", "pulse_reminder", unless="answered")
        self._add(closes, "T10", f"Pulse of week {week} closes", "deadline")
        filled = "filled in"
        self._tell(opens, "T11", "Milestone check, together", "pairs", "milestone_invitation")
        for at in reminders[-1:]:
            self._tell(at, "T11", "Milestone check to fill in", "pairs", "milestone_reminder", unless=filled)
        self._add(
            schedule.milestone_due(spec, rules, week), "T11", "Milestone check due", "deadline", unless=filled
        )

    def midpoint(self) -> None:
        """T14."""
        spec, rules, week = self.spec, self.rules, self.shape.decision_week
        asks = schedule.pulse_closes(spec, rules, week)
        self._tell(asks, "T14", "Midpoint of each pair to decide", "lead", "midpoint_decision")
        at = schedule.decision_due(spec, rules, week)
        self._add(at, "T14", "Undecided pairs continue", "deadline", unless="decided")
        self._escalate(at, "T14", "Midpoint decided by default", "midpoint_defaulted", "decided")

    def endpoint(self) -> None:
        """T15."""
        spec, rules = self.spec, self.rules
        self._tell(schedule.endpoint_opens(spec), "T15", "Endpoint wave", "pairs", "endpoint_invitation")
        for at in schedule.endpoint_reminders(spec, rules):
            self._tell(at, "T15", "Endpoint still to answer", "pairs", "endpoint_reminder", unless="answered")
        self._add(schedule.endpoint_closes(spec, rules), "T15", "Endpoint wave closes", "deadline")
        ends = schedule.pair_ends(spec, rules)
        self._add(ends, "R57", "The pairs' work ends")
        self._tell(ends, "R57", "Thanks, and what is left to do", "pairs", "pair_ended")

    def memos_and_close(self) -> None:
        """T16, T19, archive."""
        spec, rules, ended_on, filed = self.spec, self.rules, self.spec.ends_on, "filed"
        due = schedule.memo_due(spec, rules, ended_on)
        reminders = schedule.memo_reminders(spec, rules, ended_on)
        overdue = schedule.memo_escalation(spec, rules, ended_on)
        self._add(due, "T16", "Closure memos due", "deadline", unless=filed)
        self._tell(due, "T16", "Closure memo due", "pairs", "memo_due", unless=filed)
        ends = schedule.pair_ends(spec, rules)
        self._tell(ends, "T16", "The cohort's closure memo", "lead", "cohort_memo_due")
        for at in reminders:
            self._tell(at, "T16", "Closure memo overdue", "pairs", "memo_reminder", unless=filed)
            self._tell(at, "T16", "The cohort's memo overdue", "lead", "cohort_memo_due", unless=filed)
        self._escalate(overdue, "T16", "Pair without a closure memo", "memo_overdue", filed)
        self._escalate(overdue, "T16", "Cohort without a memo", "cohort_memo_overdue", filed, "sponsor")
        at = schedule.next_cohort_due(spec, rules)
        self._tell(at, "T19", "Next cohort to plan", "lead", "next_cohort_due")
        close = schedule.close_expected(spec, rules)
        self._add(close, "G9", "The cohort can close", unless="a memo is missing")
        closed_on = schedule.day_of(spec, close)
        for at in schedule.close_reminders(spec, rules, closed_on):
            self._tell(at, "G9", "The cohort to close", "lead", "cohort_to_close", unless="closed")
        at = schedule.close_escalation(spec, rules, closed_on)
        self._escalate(at, "G9", "The cohort not closed", "cohort_not_closed", "closed", "sponsor")
        at = schedule.next_cohort_late(spec, rules, closed_on)
        self._tell(at, "T19", "Is the next cohort planned?", "lead", "next_cohort_late")
        self._add(schedule.archived(spec, rules, closed_on), "R98", "The cohort is archived")

    def sponsor_duties(self) -> None:
        """R28, T12, T21."""
        spec, rules, week = self.spec, self.rules, self.shape.decision_week
        due, done = schedule.duties_due(spec, rules, week), "fulfilled"
        missed = due._replace(kickoff=schedule.kickoff_missed(spec, rules))
        opens = schedule.checkpoint_opens(spec, rules, week)
        self._tell(opens, "T12", "Checkpoint to hold", "sponsor", "duty_due", unless=done)
        at = schedule.recognition_prompt(spec, rules, spec.kickoff_on)
        self._tell(at, "T21", "Leaders to recognise", "sponsor", "duty_due", unless=done)
        for rule, duty in (("R54", "kickoff"), ("T12", "checkpoint"), ("T21", "recognition")):
            falls_due = getattr(due, duty)
            at = schedule.duty_reminder(spec, rules, falls_due)
            self._before(at, rule, f"Duty falls due: {duty}", "sponsor", "duty_due", falls_due, unless=done)
            self._escalate(getattr(missed, duty), rule, f"Duty missed: {duty}", "duty_overdue", done)

    def take(self, due: Due) -> None:
        """Something that a part of the plan in a file of its own says."""
        if due.to is None:
            self._add(due.at, due.rule, due.what, "deadline", unless=due.unless)
        else:
            self._tell(due.at, due.rule, due.what, due.to, due.template, unless=due.unless)

    def _add(self, at: datetime, rule: str, what: str, kind: Kind = "milestone", *, unless: str = "") -> None:
        self.items.append(self._item(at, rule, what, kind, unless=unless))

    def _tell(
        self,
        at: datetime,
        rule: str,
        what: str,
        to: Audience,
        template: str,
        direction: calendar.Direction = "later",
        *,
        unless: str = "",
        kind: Kind = "reminder",
    ) -> None:
        nudges = self.rules.nudges
        served = calendar.common_instants(
            at, self.audiences[to], direction, self.spec.holidays, nudges.day_starts, nudges.day_ends
        )
        for fitted, people in sorted(served.items()):
            count = None if to == "pairs" else len(people)
            self.items.append(
                self._item(fitted, rule, what, kind, to=to, people=count, template=template, unless=unless)
            )

    def _before(
        self,
        at: datetime,
        rule: str,
        what: str,
        to: Audience,
        template: str,
        event: datetime,
        *,
        unless: str = "",
    ) -> None:
        """Tell people ahead of an event: earlier where their hours ask for it, never after it began."""
        if at < event:
            self._tell(at, rule, what, to, template, "earlier", unless=unless)

    def _escalate(
        self, at: datetime, rule: str, what: str, template: str, unless: str, to: Audience = "lead"
    ) -> None:
        self._tell(at, rule, what, to, template, unless=unless, kind="escalation")

    def _item(
        self,
        at: datetime,
        rule: str,
        what: str,
        kind: Kind,
        *,
        to: Audience | None = None,
        people: int | None = None,
        template: str = "",
        unless: str = "",
    ) -> PlanItem:
        spec = self.spec
        local = calendar.local(at, spec.timezone)
        week = schedule.week_of(spec, at)
        if at < schedule.on_day(spec, spec.kickoff_on, time(0)):
            phase = "before kickoff"
        elif week > self.shape.weeks:
            phase = "after the program"
        else:
            phase = self.shape.phase_of(week)
        return PlanItem(
            at=at,
            local=local,
            week=week,
            phase=phase,
            kind=kind,
            rule=rule,
            what=what,
            to=to,
            people=people,
            template=template,
            unless=unless,
        )
