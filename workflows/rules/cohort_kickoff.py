"""From pairs that stand to the joint kickoff and its make-ups (G1, R30, R51-R54, T7). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from events.base import Event
from events.chase import Chase
from events.cohort_enrolment import SmallCohortApproved
from events.cohort_running import CohortReady, KickoffHeld, MakeUpAttended
from turnabout import schedule
from turnabout.commands.cohort_enrolment import ProceedSmall
from turnabout.commands.cohort_running import HoldKickoff, RecordMakeUp
from turnabout.errors import Rejected
from workflows.rules import cohort_baseline as baseline
from workflows.rules import cohort_circles as circles
from workflows.rules import cohort_governance as governance
from workflows.rules import cohort_observations as observations
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

BEFORE = frozenset({"kickoff", "kickoff_record", "launch", "launch_overdue", "control_group", "too_few"})
"""Kinds of items that end with the kickoff."""
TOO_FEW = "too-few-pairs"
"""The item under which the lead is told of too few pairs."""


def pairs_needed(state: CohortState) -> int:
    """The pairs without which a cohort does not become ready (G13, R89)."""
    if state.small_reason:
        return 1
    rules = state.policy.matching
    return rules.min_roll_out_pairs if state.spec.kind == "roll_out" else rules.min_pairs


def too_few(state: CohortState) -> bool:
    """Whether matching is over without the pairs that a cohort needs, or some of them are lost before the
    kickoff, so that the lead must choose (G13)."""
    begins = state.phase in {"matching", "ready"}
    return begins and not state.rounds and len(state.living) < pairs_needed(state)


def told_of_too_few(planner: Planner) -> tuple[Chase, ...]:
    """The lead is told that there are too few pairs."""
    told = planner.tell(planner.now, planner.state.lead.id, "too_few_pairs")
    return planner.chase(TOO_FEW, "too_few", told)


def proceed_small(state: CohortState, command: ProceedSmall, moment: Moment) -> list[Event]:
    """Take the pairs that stand for enough (G13); also where some were lost before the kickoff, which does
    not wait for the rounds of those who lost a partner."""
    pairs, needed = len(state.living), pairs_needed(state)
    if state.phase not in {"matching", "ready"} or (state.phase == "ready" and pairs >= needed):
        raise Rejected(
            "G13",
            f"a small cohort is approved once matching is over; the cohort is {state.phase}.",
            hint="Nothing to do now.",
        )
    if state.rounds and state.phase == "matching":
        raise Rejected(
            "G13", "a matching round is still open.", hint="Wait for its end: more pairs may come of it."
        )
    if not pairs:
        raise Rejected(
            "G13",
            "no pair stands, so there is nothing to go on with.",
            hint="Use assign_pair or reopen_enrolment, or give it up with cancel_cohort.",
        )
    if pairs >= needed:
        raise Rejected("G13", f"{pairs} pairs stand; {needed} are enough.", hint="Nothing to do.")
    approved = SmallCohortApproved(by=moment.actor.id, pairs=pairs, reason=command.reason)
    return [approved, *ready(fold(state, [approved], moment.now), moment.now)]


def ready(state: CohortState, now: datetime) -> list[Event]:
    """CohortReady once the first round is over and enough pairs stand; nothing otherwise. Nobody waits for
    those who did not choose in time."""
    begun = state.last_round > 0 and all(one.cause == "refresh" for one in state.rounds.values())
    if state.phase != "matching" or not begun or len(state.living) < pairs_needed(state):
        return []
    planner, spec, policy = Planner(state, now), state.spec, state.policy
    people = [person for pair in state.living for person in pair.people]
    sponsors = [one.id for one in (state.sponsor, spec.business_sponsor) if one is not None]
    ends = schedule.kickoff_ends(spec, policy)
    later = [schedule.business_day(spec, spec.kickoff_on, days) for days in (1, 3)]
    record = planner.chase(
        "kickoff-record",
        "kickoff_record",
        planner.prompt(ends, [state.lead.id], "kickoff_to_record"),
        planner.prompts(
            later,
            [state.lead.id],
            "kickoff_to_record",
            until=schedule.business_day(spec, spec.kickoff_on, 10),
        ),
    )
    return [
        CohortReady(
            pairs=tuple(pair.pair for pair in state.living),
            can_report_by_role=len(state.living) >= policy.matching.min_pairs_reported,
            opens=(
                *invitation(planner, "kickoff", [*people, *sponsors]),
                *record,
                *baseline.announced(planner),
            ),
            settles=state.ledger.still_open(TOO_FEW),
        )
    ]


def invitation(planner: Planner, item: str, people: Iterable[str]) -> tuple[Chase, ...]:
    """Invitation, cheat sheet and reminder (T7); what comes late comes at once, nothing after the event."""
    state, to = planner.state, tuple(people)
    spec, policy = state.spec, state.policy
    learners = [person for person in to if person in state.roster]
    reminder = schedule.kickoff_reminder(spec, policy)
    return planner.chase(
        item,
        "kickoff",
        planner.before(
            schedule.kickoff_invitation(spec, policy), to, "kickoff_invitation", event=spec.kickoff
        ),
        planner.before(
            schedule.kickoff_cheat_sheet(spec, policy), learners, "kickoff_cheat_sheet", event=spec.kickoff
        ),
        # Who is invited on the last day needs no reminder.
        planner.before(reminder, to, "kickoff_reminder", event=spec.kickoff)
        if reminder > planner.now
        else (),
    )


def hold(state: CohortState, command: HoldKickoff, moment: Moment) -> list[Event]:
    """Record the kickoff; whoever of the pairs was absent owes a make-up."""
    _check(state, command, moment)
    spec, policy = state.spec, state.policy
    planner = Planner(state, moment.now)
    held_on = command.held_on or planner.today
    attended = tuple(dict.fromkeys(command.attended))
    everyone = dict.fromkeys(person for pair in state.living for person in pair.people)
    absent = tuple(person for person in everyone if person not in attended)
    signed_on = schedule.day_of(spec, state.charter.signed_at) if state.charter else planner.today
    next_due = () if state.offices.next_cohort else (schedule.next_cohort_due(spec, policy),)
    held = KickoffHeld(
        held_on=held_on,
        attended=attended,
        absent=absent,
        days_since_charter=(held_on - signed_on).days,
        opens=(
            *make_ups(planner, [person for person in absent if person not in state.on_hold], held_on),
            *governance.duties_from_kickoff(planner, held_on),
            *(
                chase
                for at in next_due
                for chase in planner.chase(
                    "next-cohort", "message", planner.prompt(at, [state.lead.id], "next_cohort_due")
                )
            ),
            *circles.planned(planner),
            *planner.chase("endpoint", "endpoint", planner.expire(schedule.endpoint_opens(spec))),
        ),
        settles=tuple(item for item, one in state.ledger.open.items() if one.chase.kind in BEFORE),
    )
    fulfilled = governance.kickoff_fulfilled(state, held_on, moment.now)
    return [held, fulfilled, *observations.comparison_refused(state)]


def _check(state: CohortState, command: HoldKickoff, moment: Moment) -> None:
    if not state.governed:
        missing = "sponsorship is not committed" if state.charter else "charter is not signed"
        raise Rejected("R30", f"the kickoff is blocked: the {missing}.", hint="Ask the sponsor for it first.")
    if state.offices.must_commit:
        raise Rejected(
            "R30", f"the kickoff is blocked: {state.sponsor.id} has not committed.", hint="Ask them first."
        )
    if state.launched:
        raise Rejected(
            "R51", "the kickoff has been held.", hint="Use record_make_up for those who missed it."
        )
    if too_few(state) or (state.phase == "ready" and len(state.living) < pairs_needed(state)):
        ways = "assign_pair or reopen_enrolment" if state.phase == "matching" else "assign_pair"
        raise Rejected(
            "G13",
            f"{len(state.living)} pairs stand and {pairs_needed(state)} are needed.",
            hint=f"Use {ways} for more, or proceed_small with a reason.",
        )
    if state.phase != "ready":
        raise Rejected(
            "G13", f"the pairs do not stand yet; the cohort is {state.phase}.", hint="Finish matching first."
        )
    _check_day(state, command, moment)
    rules = state.policy.kickoff
    if not command.sponsor_present:
        raise Rejected("G1", "the sponsor was not there.", hint="Hold the kickoff with the sponsor (R54).")
    if sum(command.agenda_minutes) != rules.minutes:
        given = sum(command.agenda_minutes)
        raise Rejected(
            "R51", f"the agenda sums to {given} minutes, not {rules.minutes}.", hint="Correct the agenda."
        )
    strangers = [person for person in command.attended if person not in state.joined]
    if strangers:
        raise Rejected(
            "R51", f"{', '.join(strangers)} did not join this cohort.", hint="Name mentors and mentees only."
        )


def _check_day(state: CohortState, command: HoldKickoff, moment: Moment) -> None:
    """Recorded on the day or afterwards; held on its day or later, when the pairs stood."""
    spec, today = state.spec, schedule.day_of(state.spec, moment.now)
    held_on = command.held_on or today
    if held_on > today:
        raise Rejected(
            "R51", f"held_on ({held_on}) is in the future.", hint="Record the kickoff once it has been held."
        )
    if held_on < spec.kickoff_on:
        raise Rejected(
            "R51",
            f"the kickoff is on {spec.kickoff_on}, not {held_on}.",
            hint="Hold it on that day or later.",
        )
    stood_on = schedule.day_of(spec, state.ready_at) if state.ready_at else today
    if held_on < stood_on:
        raise Rejected(
            "R51",
            f"held_on ({held_on}) is before matching ended on {stood_on}.",
            hint="A kickoff is for pairs that stand: correct the day, or hold it with them.",
        )


def make_ups(planner: Planner, absent: Iterable[str], missed_on: date) -> tuple[Chase, ...]:
    """A chase for everyone who owes a make-up of what they missed on that day and is not asked for it yet
    (R52). Who hears of it late has until the next business day at least."""
    state = planner.state
    due = max(
        schedule.make_up_due(state.spec, state.policy, missed_on),
        schedule.business_day(state.spec, planner.today, 1),
    )
    day_before = schedule.business_day(state.spec, schedule.day_of(state.spec, due), -1)
    return tuple(
        chase
        for person in absent
        if make_up_item(person) not in state.ledger.open
        for chase in planner.chase(
            make_up_item(person),
            "make_up",
            planner.prompt(planner.now, [person], "make_up_due", until=due),
            planner.prompts([day_before], [person], "make_up_due", until=due),
            planner.tell(due, state.lead.id, "make_up_overdue"),
        )
    )


def make_up_item(person: str) -> str:
    """The item under which somebody's make-up is awaited."""
    return f"make-up-{person}"


def record_make_up(state: CohortState, command: RecordMakeUp, _: Moment) -> list[Event]:
    """Record that an absentee caught up (R52, G4)."""
    person = command.person
    if not state.launched:
        raise Rejected("R52", "the kickoff has not been held.", hint="Record the kickoff first.")
    if person not in state.joined:
        raise Rejected("R52", f"{person} did not join this cohort.", hint="Check the id.")
    if person in state.attended:
        raise Rejected("R52", f"{person} was at the kickoff or its make-up.", hint="Nothing to do.")
    return [MakeUpAttended(person=person, settles=state.ledger.still_open(make_up_item(person)))]


RULES: Rules[CohortState] = {
    ProceedSmall: proceed_small,
    HoldKickoff: hold,
    RecordMakeUp: record_make_up,
}
