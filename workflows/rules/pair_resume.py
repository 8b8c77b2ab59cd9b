"""How a paused pair goes on: three consents, then the sessions that are left are planned anew (G6). Pure."""

from __future__ import annotations

from datetime import datetime

from events.base import Event
from events.pair_care import PairResumed, ResumptionConsented
from turnabout import schedule
from turnabout.commands.pair_care import ConsentToResume
from turnabout.errors import Rejected
from workflows.rules import pair_closing, pair_series
from workflows.rules.decider import Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import PairState


def consent(state: PairState, _: ConsentToResume, moment: Moment) -> list[Event]:
    """The steward and both partners must agree; the last of them resumes the pair."""
    care, who = state.care, moment.actor.id
    # Partners hear of it when it is announced; before that they get the answer of a pair that is well.
    if not (care.paused if who == state.agreed.steward else state.resting):
        raise Rejected("G6", "the pair is not paused.", hint="Nothing to do.")
    if who in care.consents:
        raise Rejected("G6", "you have agreed already.", hint="The pair goes on when all three have agreed.")
    consented = ResumptionConsented(pause=care.pauses, by=who)
    needed = {*state.partners, state.agreed.steward}
    return [consented, *(resume(state, moment.now) if needed <= care.consents | {who} else [])]


def resume(state: PairState, now: datetime) -> list[Event]:
    """Sessions begin again under the numbers of those that were cancelled; a session before the pause that
    nobody logged is asked for once more. The endpoint wave follows where its time came in the pause."""
    planner, active = Planner(state, now), state.life == "active"
    off = sorted(one.number for one in state.sessions.values() if one.status == "cancelled")
    sessions = pair_series.series(planner, off) if off else ()
    unlogged = [one for one in state.sessions.values() if one.status == "planned" and one.starts_at <= now]
    notice = f"check-in-{state.care.pauses}"
    opens = (
        *planner.chase(
            f"{notice}:over", "check_in_over", planner.remind(now, state.partners, "check_in_over")
        ),
        *(chase for session in sessions for chase in pair_series.session_chase(planner, session)),
        *(chase for session in unlogged for chase in pair_series.log_chase(planner, session)),
        *(pair_series.inactivity(planner, now) if active else ()),
    )
    settles = tuple(item for item in state.ledger.open if item.startswith(notice))
    resumed = PairResumed(pause=state.care.pauses, sessions=sessions, opens=opens, settles=settles)
    return [resumed, *_endpoint(state, now)]


def _endpoint(state: PairState, now: datetime) -> list[Event]:
    if not schedule.endpoint_opens(state.agreed) <= now < schedule.pair_ends(state.agreed, state.policy):
        return []
    return pair_closing.open_endpoint(state, now, after_pause=True)


RULES: Rules[PairState] = {
    ConsentToResume: consent,
}
