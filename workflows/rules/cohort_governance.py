"""Charter, sponsorship and its duties, and the launch clock (R26-R31, T2, T3, T12, T21). Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import get_args

from events.base import Event
from events.chase import Chase, Step
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    DutyRescheduled,
    LaunchOverdue,
    SponsorshipCommitted,
)
from turnabout import schedule
from turnabout.checks import check
from turnabout.commands.cohort_governance import (
    CommitSponsorship,
    Duty,
    FulfilDuty,
    PlanCohort,
    SignCharter,
)
from turnabout.errors import Rejected
from turnabout.model import digest
from workflows.rules import cohort_offices as offices
from workflows.rules.cohort_evolve import fold
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

OPENING = "open-enrolment"
"""The item under which the opening of enrolment is awaited."""
DUTIES: tuple[Duty, ...] = get_args(Duty)


def plan(state: CohortState, command: PlanCohort, moment: Moment) -> list[Event]:
    """Open the stream: the spec must be sound; the charter is due at once (T2)."""
    spec = command.spec
    if not moment.actor.is_system and moment.actor.id != spec.lead.id:
        raise Rejected("G21", f"only the lead ({spec.lead.id}) starts this cohort.", hint="Act as the lead.")
    problems = check(spec).problems
    if problems:
        first, *others = problems
        more = f" There are {len(others)} more: {'; '.join(map(str, others))}" if others else ""
        raise Rejected(first.rule or "R50", f"{first}{more}", hint="Correct the spec and start it again.")
    if spec.kickoff <= moment.now:
        raise Rejected(
            "R31", f"the kickoff, {spec.kickoff_on}, lies in the past.", hint="Choose a later `kickoff_on`."
        )
    planned = CohortPlanned(
        spec=spec, spec_digest=digest(spec.model_dump(mode="json")), policy=spec.rules, shape=spec.shape
    )
    planner = Planner(fold(state, [planned], moment.now), moment.now)
    sent_on = max(planner.today, spec.starts_on)
    sponsor, policy = [spec.sponsor.id], planner.state.policy
    escalation = schedule.charter_escalation(spec, policy, sent_on)
    opens = planner.chase(
        "charter",
        "charter",
        planner.prompt(schedule.on_day(spec, sent_on), sponsor, "charter_due"),
        planner.prompts(
            schedule.charter_reminders(spec, policy, sent_on), sponsor, "charter_due", until=escalation
        ),
        planner.tell(escalation, spec.lead.id, "charter_overdue"),
    )
    return [planned.model_copy(update={"opens": opens})]


def sign(state: CohortState, command: SignCharter, moment: Moment) -> list[Event]:
    """Sign the charter, or a better version of it until enrolment opens (R26)."""
    if state.phase not in {"planned", "chartered"}:
        raise Rejected(
            "R26",
            f"the charter is fixed; the cohort is {state.phase}.",
            hint="Keep changes for the next one.",
        )
    words = len(command.text.split())
    limit = state.policy.charter.max_words
    if words > limit:
        raise Rejected("R26", f"the charter has {words} words; {limit} fit on its page.", hint="Shorten it.")
    text_hash = hashlib.sha256(command.text.encode()).hexdigest()
    if state.charter and state.charter.text_hash == text_hash:
        raise Rejected("R26", "this text is signed already.", hint="Sign again only if the text changes.")
    planner = Planner(state, moment.now)
    return [
        CharterSigned(
            by=moment.actor.id,
            version=state.charter.version + 1 if state.charter else 1,
            words=words,
            text=command.text,
            text_hash=text_hash,
            opens=() if state.charter else (*_launch_clock(planner), *_opening(planner, bool(state.duties))),
            settles=state.ledger.still_open("charter") if state.duties else (),
        )
    ]


def _launch_clock(planner: Planner) -> tuple[Chase, ...]:
    """T3. The launch is overdue when day 60 has passed without a kickoff."""
    spec, policy, lead = planner.state.spec, planner.state.policy, [planner.state.lead.id]
    clock = schedule.launch_clock(spec, policy, planner.today)
    over = schedule.launch_overdue(spec, policy, planner.today)
    return planner.chase(
        "launch",
        "launch",
        planner.prompt(clock.info, lead, "launch_info", until=clock.warning),
        planner.prompt(clock.warning, lead, "launch_warning", until=over),
        planner.expire(over),
    )


def _opening(planner: Planner, chartered: bool) -> tuple[Chase, ...]:
    """The lead owes the opening of enrolment once charter and commitment stand (T4)."""
    if not chartered:
        return ()
    state = planner.state
    spec, policy, today = state.spec, state.policy, max(planner.today, state.spec.starts_on)
    late = schedule.opening_escalation(spec, policy, today)
    return planner.chase(
        OPENING,
        "opening",
        planner.prompts(
            schedule.opening_reminders(spec, policy, today), [state.lead.id], "enrolment_to_open", until=late
        ),
        planner.tell(late, state.sponsor.id, "enrolment_not_opened"),
    )


def launch_overdue(state: CohortState, now: datetime) -> list[Event]:
    """Sixty days without a kickoff: the lead is told (R31)."""
    planner = Planner(state, now)
    told = planner.tell(now, state.lead.id, "launch_overdue")
    return [LaunchOverdue(opens=planner.chase("launch-overdue", "launch_overdue", told))]


def commit(state: CohortState, _: CommitSponsorship, moment: Moment) -> list[Event]:
    """Commit to the duties (R28). Those after the kickoff are asked for once it has been held. Who sponsors
    the program in place of another takes the duties over as they stand."""
    if state.offices.must_commit:
        return offices.take_over(state, moment)
    if state.duties:
        raise Rejected("R28", "the sponsor has committed already.", hint="Sign the charter, if that is open.")
    spec, policy = state.spec, state.policy
    due = schedule.duties_due(spec, policy, state.shape.decision_week)
    planner = Planner(state, moment.now)
    return [
        SponsorshipCommitted(
            by=moment.actor.id,
            duties={duty: at for duty in DUTIES if (at := getattr(due, duty)) is not None},
            opens=(
                *_duty(planner, "kickoff", (), due.kickoff, schedule.kickoff_missed(spec, policy)),
                *_opening(planner, state.charter is not None),
            ),
            settles=state.ledger.still_open("charter") if state.charter else (),
        )
    ]


def duties_from_kickoff(planner: Planner, held_on: date) -> Iterator[Chase]:
    """What a kickoff held on that day makes the sponsor owe (T12, T21). Recognition is asked for, but falls
    due only after the close."""
    state = planner.state
    spec, policy = state.spec, state.policy
    opens = schedule.checkpoint_opens(spec, policy, state.shape.decision_week)
    due = state.duties["checkpoint"].due_at
    yield from _duty(planner, "checkpoint", _ask(planner, opens, due), due, due)
    opens = schedule.recognition_prompt(spec, policy, held_on)
    yield from planner.chase(
        "duty-recognition", "duty", _ask(planner, opens, state.duties["recognition"].due_at)
    )
    if closing := state.duties.get("closing"):
        asked = _ask(planner, schedule.closing_checkpoint_opens(spec), closing.due_at)
        yield from _duty(planner, "closing", asked, closing.due_at, closing.due_at)


def asked_again(planner: Planner, duty: Duty) -> tuple[Chase, ...]:
    """What is asked of the sponsor where a duty after the kickoff was not fulfilled after all."""
    state = planner.state
    due = state.duties[duty].due_at
    if duty == "recognition" and state.phase != "closed":
        return planner.chase("duty-recognition", "duty", _ask(planner, planner.now, due))
    return _duty(planner, duty, _ask(planner, planner.now, due), due, due)


def recognition_from_close(planner: Planner) -> list[Event]:
    """Recognition falls due some days after the real close, whenever that was expected (T21)."""
    state = planner.state
    if state.duties["recognition"].fulfilled:
        return []
    due = schedule.recognition_due(state.spec, state.policy, planner.today)
    opens = _duty(planner, "recognition", (), due, due)
    return [DutyRescheduled(duty="recognition", due_at=due, opens=opens)]


def _ask(planner: Planner, at: datetime, due: datetime) -> tuple[Step, ...]:
    """Asks at that time, or at once where it has passed, but not for what was due before."""
    to = [planner.state.sponsor.id]
    return planner.prompt(at, to, "duty_due", until=due) if planner.now < due else ()


def _duty(
    planner: Planner, duty: Duty, asked: tuple[Step, ...], due: datetime, missed_at: datetime
) -> tuple[Chase, ...]:
    spec = planner.state.spec
    last = schedule.duty_reminder(spec, planner.state.policy, due)
    return planner.chase(
        f"duty-{duty}",
        "duty",
        asked,
        planner.before(last, [planner.state.sponsor.id], "duty_due", event=due) if last > planner.now else (),
        planner.expire(missed_at),
    )


def duty_missed(state: CohortState, duty: Duty, now: datetime) -> list[Event]:
    """A duty passed its time: the lead is told."""
    planner = Planner(state, now)
    told = planner.tell(now, state.lead.id, "duty_overdue")
    return [DutyMissed(duty=duty, opens=planner.chase(f"duty-{duty}-overdue", "duty_overdue", told))]


def kickoff_fulfilled(state: CohortState, held_on: date, now: datetime) -> DutyFulfilled:
    """The sponsor was at the kickoff; on time where it was held on its day, or recorded by the end of the
    next."""
    on_the_day = held_on <= schedule.day_of(state.spec, state.duties["kickoff"].due_at)
    recorded = now <= schedule.kickoff_missed(state.spec, state.policy)
    return _fulfilled(state, "kickoff", on_time=on_the_day or recorded)


def _fulfilled(state: CohortState, duty: Duty, *, on_time: bool) -> DutyFulfilled:
    settles = state.ledger.still_open(f"duty-{duty}", f"duty-{duty}-overdue")
    return DutyFulfilled(duty=duty, on_time=on_time, settles=settles)


def fulfil(state: CohortState, command: FulfilDuty, moment: Moment) -> list[Event]:
    """Record a checkpoint or a recognition (R28); the kickoff records itself (R54)."""
    duty = command.duty
    if duty == "kickoff":
        raise Rejected(
            "R54", "the sponsor's presence is recorded with the kickoff.", hint="Use hold_kickoff."
        )
    if not state.launched:
        raise Rejected("R28", f"the {duty} follows the kickoff.", hint="Hold the kickoff first.")
    if duty not in state.duties:
        raise Rejected("T12", "this cohort has no closing checkpoint.", hint="Nothing to do.")
    if state.duties[duty].fulfilled:
        raise Rejected("R28", f"the {duty} is recorded already.", hint="Nothing to do.")
    spec, policy = state.spec, state.policy
    opens = schedule.checkpoint_opens(spec, policy, state.shape.decision_week)
    if duty == "checkpoint" and moment.now < opens:
        first = schedule.day_of(spec, opens)
        raise Rejected("R28", f"the checkpoint counts from {first} on.", hint="Hold it around mid-pilot.")
    opens = schedule.closing_checkpoint_opens(spec)
    if duty == "closing" and moment.now < opens:
        first = schedule.day_of(spec, opens)
        raise Rejected("T12", f"the closing checkpoint counts from {first} on.", hint="Hold it at the close.")
    open_ended = duty == "recognition" and state.phase != "closed"
    return [_fulfilled(state, duty, on_time=open_ended or moment.now <= state.duties[duty].due_at)]


RULES: Rules[CohortState] = {
    SignCharter: sign,
    CommitSponsorship: commit,
    FulfilDuty: fulfil,
}
