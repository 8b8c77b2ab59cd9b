"""The baseline before the first session (T6, A10, G5, R55): asked, late ones flagged, nobody held back. Pure.

Everybody of the pairs and of the frozen control group is asked once (G17): those who are known a week before
the kickoff together, whoever comes later on their own. Who has no pair counts as beginning when a pair must
have met at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from events.base import Event
from events.chase import Chase, Step
from events.cohort_measurement import BaselineFlaggedLate, FirstSessionNoted, SurveyExtended, SurveyOpened
from turnabout import schedule
from turnabout.commands.cohort_measurement import NoteFirstSession
from turnabout.errors import Rejected
from turnabout.instruments import form_of
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState
from workflows.rules.decider import Moment, Rules

OPENING, REPORT = "baseline:open", "baseline:report"
CONTROL_GROUP = "control-group"
_CONTROLS = "first-session:controls"


def respondents(state: CohortState) -> tuple[str, ...]:
    """Who is asked for a baseline: everybody in a living pair, and the controls, in the roster's order."""
    controls = state.measurement.controls or ()
    return tuple(who for who in state.roster if who in state.engaged or who in controls)


# --- asking -----------------------------------------------------------------------------------------------


def announced(planner: Planner) -> tuple[Chase, ...]:
    """The pairs stand: the baseline will open, and the lead can freeze a control group until the kickoff."""
    state = planner.state
    spec, policy = state.spec, state.policy
    if not policy.measurement.waves:
        return ()
    opens_at = schedule.baseline_opens(spec, policy)
    last = schedule.baseline_reminders(spec, policy)[-1:]
    return (
        *planner.chase(OPENING, "baseline_open", planner.expire(opens_at)),
        *planner.chase(
            CONTROL_GROUP,
            "control_group",
            planner.before(opens_at, [state.lead.id], "control_group_due", event=spec.kickoff),
            (
                step
                for at in last
                if at > planner.now
                for step in planner.before(at, [state.lead.id], "control_group_due", event=spec.kickoff)
            ),
        ),
    )


def opened(state: CohortState, now: datetime) -> list[Event]:
    """The baseline asks all that are known by now."""
    people = respondents(state)
    if not people or state.phase not in {"ready", "running"} or "baseline" in state.measurement.surveys:
        return []
    spec, policy, planner = state.spec, state.policy, Planner(state, now)
    report = schedule.baseline_report(spec, policy)
    return [
        SurveyOpened(
            wave="baseline",
            form=form_of(spec.instruments),
            people=people,
            closes_at=schedule.endpoint_opens(spec),
            opens=(
                *planner.chase("baseline", "baseline", *_asks(planner, people)),
                *planner.chase(
                    REPORT, "baseline_report", planner.tell(report, state.lead.id, "baseline_missing")
                ),
                *_controls_begin(planner, people),
            ),
        )
    ]


def extended(state: CohortState, now: datetime) -> list[Event]:
    """Who came since is asked too, at a time that keeps the distance to every other survey of theirs (G17);
    asked after every command."""
    survey = state.measurement.baseline
    if survey is None or state.phase not in {"ready", "running"}:
        return []
    people = tuple(person for person in respondents(state) if person not in survey.people)
    spec, policy, planner = state.spec, state.policy, Planner(state, now)
    asks_at = schedule.survey_free(spec, policy, state.shape.pulse_weeks, now) if people else None
    if asks_at is None:
        return []
    again = schedule.late_baseline_reminder(spec, policy, schedule.day_of(spec, asks_at))
    asks = state.clock.prompts(
        [(asks_at, "baseline_invitation"), (again, "baseline_reminder")],
        people,
        now=now,
        until=survey.closes_at,
    )
    return [
        SurveyExtended(
            wave="baseline",
            people=people,
            asks_at=asks_at,
            opens=(
                *planner.chase(f"baseline-{survey.extensions + 1}", "baseline", asks),
                *_controls_begin(planner, people),
            ),
        )
    ]


def _asks(planner: Planner, people: tuple[str, ...]) -> Iterable[tuple[Step, ...]]:
    """The invitation, and reminders ahead of the kickoff, each of use until the next."""
    spec, policy, now = planner.state.spec, planner.state.policy, planner.now
    reminders = [at for at in schedule.baseline_reminders(spec, policy) if at > now]
    grace = max(schedule.baseline_grace(spec, policy), now + timedelta(days=policy.measurement.opens))
    ends = [*reminders, spec.kickoff if spec.kickoff > now else grace]
    yield planner.prompt(now, people, "baseline_invitation", until=ends[0])
    for at, end in zip(reminders, ends[1:], strict=True):
        yield planner.before(at, people, "baseline_reminder", event=end)


def _controls_begin(planner: Planner, people: tuple[str, ...]) -> tuple[Chase, ...]:
    state = planner.state
    controls = state.measurement.controls or ()
    if _CONTROLS in state.ledger.open or not any(person in controls for person in people):
        return ()
    grace = schedule.baseline_grace(state.spec, state.policy)
    return planner.chase(_CONTROLS, "first_session", planner.expire(grace))


# --- the first session ------------------------------------------------------------------------------------


def note_first_session(state: CohortState, command: NoteFirstSession, moment: Moment) -> list[Event]:
    """Learn when a pair first meets: until then the baseline of its people is in time (A10)."""
    pair = state.pairs.get(command.pair)
    if pair is None or not pair.living:
        raise Rejected("R103", f"{command.pair} is no living pair of this cohort.", hint="Nothing to note.")
    item = f"first-session-{pair.number:02d}"
    planner, survey = Planner(state, moment.now), state.measurement.baseline
    awaited = survey is not None and any(person in survey.silent for person in pair.people)
    return [
        FirstSessionNoted(
            pair=command.pair,
            starts_at=command.starts_at,
            opens=planner.chase(item, "first_session", planner.expire(command.starts_at)) if awaited else (),
        )
    ]


def began(state: CohortState, item: str) -> list[Event]:
    """Sessions begin, or the weeks of the controls: a baseline that is missing now is flagged (G5).
    Nothing is held back because of it."""
    survey = state.measurement.baseline
    if survey is None:
        return []
    if item == _CONTROLS:
        controls = state.measurement.controls or ()
        beginning = tuple(person for person in controls if person not in state.engaged)
    else:
        pairs = (pair for pair in state.living if item == f"first-session-{pair.number:02d}")
        beginning = tuple(person for pair in pairs for person in pair.people)
    flagged = state.measurement.flagged
    missing = tuple(who for who in beginning if who in survey.silent and who not in flagged)
    return [BaselineFlaggedLate(people=missing)] if missing else []


def is_late(state: CohortState, person: str, now: datetime) -> bool:
    """Whether a baseline of somebody comes too late for pre/post (A10)."""
    known = state.measurement
    if person in known.flagged:
        return True
    began_at = [
        known.first_sessions[pair.pair]
        for pair in state.pairs.values()
        if person in pair.people and pair.pair in known.first_sessions
    ]
    if person in (known.controls or ()) and person not in state.engaged:
        began_at.append(schedule.baseline_grace(state.spec, state.policy))
    return any(now > at for at in began_at)


RULES: Rules[CohortState] = {
    NoteFirstSession: note_first_session,
}
