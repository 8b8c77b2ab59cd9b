"""Psychological safety (G6, R73, T18): what is red or amber, the pause, and who hears of it. Pure.

Nothing here leaves a score: an event holds a level and a rule. Items that other people may see in reports
have neutral names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from events.base import Event
from events.chase import Chase
from events.pair import PairReminderPostponed, PairReminderSuppressed
from events.pair_care import (
    ConcernRaised,
    PairPaused,
    PairResumed,
    PauseAnnounced,
    ResumptionConsented,
    SafetyAssessed,
    StewardContactRecorded,
)
from turnabout import schedule
from turnabout.commands.pair_care import RaiseConcern, RecordStewardContact
from turnabout.errors import Rejected
from workflows.rules import pair_decoy, pair_series, pair_sessions
from workflows.rules.decider import Folds, Moment, Rules
from workflows.rules.pair_planner import Planner
from workflows.rules.pair_state import Care, PairState, Wave, session_item

STEWARD = "follow-up-"
"""How the items begin by which the steward is reminded of somebody who waits, where no pause says it: more
people than the steward read the names of items."""

ASKED_IN_PAUSE = frozenset({"preparation", "pulse", "endpoint", "evidence"})
"""The kinds of items that partners may still answer in a pause, of which nobody reminds them."""
AFTER_NOTICE = frozenset({"check_in_contact", "check_in_resolution"})
"""The kinds of items that tell the lead of a pause that is announced."""
OUTLIVE_PAUSE = ASKED_IN_PAUSE | {"session", "phase"}
"""The kinds of items that wait for the end of a pause; all others that concern the partners are settled."""
_AFTER_NOTICE = timedelta(minutes=1)


# --- deciding ---------------------------------------------------------------------------------------------


def assess(state: PairState, who: str, rating: int, wave: int, now: datetime) -> list[Event]:
    """What a safety rating sets off at once (G6). A wave is red once, whoever else answers low in it; a good
    one may be drawn for a decoy."""
    rules = state.policy.safety
    if rating <= rules.red_rating:
        known = (state.paused or state.life == "ended") and _is_red(state, wave)
        return [] if known else alarm(state, wave, now)
    last = state.care.last_rating.get(who)
    dropped = last is not None and last - rating >= rules.amber_drop
    if rating <= rules.amber_rating or dropped:
        return [SafetyAssessed(level="amber", rule="G6", wave=wave)]
    return _decoy(state, who, wave, now)


def assess_gap(state: PairState, wave: Wave) -> list[Event]:
    """What the wave as a whole shows: partners far apart (G6)."""
    ratings = [rating for rating in wave.safety.values() if rating is not None]
    gap = max(ratings) - min(ratings) if len(ratings) == len(state.partners) else 0
    apart = gap >= state.policy.safety.amber_gap
    return [SafetyAssessed(level="amber", rule="G6", wave=wave.number)] if apart else []


def assess_silence(state: PairState, wave: Wave) -> list[Event]:
    """Whether somebody has been silent in too many pulses in a row, this one included (G6)."""
    limit = state.policy.safety.silent_pulses
    silent = any(
        person not in wave.answered and state.care.silent.get(person, 0) + 1 >= limit
        for person in state.partners
    )
    return [SafetyAssessed(level="amber", rule="G6", wave=wave.number)] if silent else []


def alarm(state: PairState, wave: int | None, now: datetime) -> list[Event]:
    """Red: the steward hears of it, and a pair that works or prepares is paused at once (R93)."""
    red = SafetyAssessed(level="red", rule="G6", wave=wave)
    if state.paused or state.life not in {"forming", "active"}:
        return [red.model_copy(update={"opens": steward_waits(state, now)})]
    return [red, _pause(state, now)]


def _decoy(state: PairState, who: str, wave: int, now: datetime) -> list[Event]:
    """A pair that is well and was drawn is paused like one that is not, lest a check-in tell of an answer."""
    amber = any(rating <= state.policy.safety.amber_rating for rating in _ratings(state, wave))
    if state.paused or state.life != "active" or amber or pair_decoy.drawn(state, wave) != who:
        return []
    return [_pause(state, now, decoy=True)]


def drawn_between(state: PairState, item: str, now: datetime) -> list[Event]:
    """The time between two waves at which it shows whether a pair that is well is drawn."""
    return [_pause(state, now, decoy=True)] if pair_decoy.falls(state, item) else []


def _pause(state: PairState, now: datetime, *, decoy: bool = False) -> PairPaused:
    off = tuple(session.number for session in state.upcoming(now))
    stopped = (
        item
        for item, one in state.ledger.open.items()
        if one.next and not one.chase.through_pause and one.chase.kind not in OUTLIVE_PAUSE
    )
    return PairPaused(
        pause=state.care.pauses + 1,
        sessions=off,
        decoy=decoy,
        opens=(*_check_in(state, now), *(() if decoy else waits_in_pause(state, state.care.pauses + 1, now))),
        settles=(*stopped, *state.ledger.still_open(*map(session_item, off))),
    )


def _check_in(state: PairState, now: datetime) -> tuple[Chase, ...]:
    """The announcement, and what the lead is told where the steward is late (T18): nothing before it, and
    nothing of a pause that is never announced. The steward is reminded in time all the same."""
    notice_at = _announced_at(state, now)
    if notice_at is None:
        return ()
    planner, notice = Planner(state, now), check_in_item(state.care.pauses + 1)
    letters = planner.remind(notice_at, state.partners, "routine_check_in")
    # Partners who do not work then hear of it later, and the lead never before them.
    known_at = letters[0].at + _AFTER_NOTICE
    contact_due = schedule.steward_contact_due(state.policy, now)
    resolution_due = schedule.pause_resolution_due(state.agreed, state.policy, planner.today)
    return (
        *planner.chase(
            notice,
            "check_in",
            letters,
            through_pause=True,
        ),
        *planner.chase(
            f"{notice}:contact",
            "check_in_contact",
            planner.tell_lead(max(contact_due, known_at), "pause_overdue"),
            through_pause=True,
        ),
        *planner.chase(
            f"{notice}:resolution",
            "check_in_resolution",
            planner.tell_lead(max(resolution_due, known_at), "pause_overdue"),
            through_pause=True,
        ),
    )


def wait_for_notice(state: PairState, chase: Chase, number: int, now: datetime) -> list[Event]:
    """The lead's step of a pause that nobody knows of yet comes after the announcement, when that is; where
    none is to come, never (G6)."""
    about = {"item": chase.item, "revision": chase.revision, "step": number, "kind": chase.kind}
    notice = state.ledger.open.get(check_in_item(state.care.pauses))
    if notice is None or notice.next is None:
        reason = "nobody knows of it yet"
        return [PairReminderSuppressed.model_validate({**about, "reason": reason})]
    lead, step = state.agreed.lead, chase.steps[number]
    at = state.clock.fit(max(notice.next.at, now) + _AFTER_NOTICE, lead, "later")
    later = chase.model_copy(
        update={
            "steps": (step.model_copy(update={"at": at}), *chase.steps[number + 1 :]),
            "revision": state.ledger.next_revision(chase.item),
        }
    )
    return [PairReminderPostponed.model_validate({**about, "to": (lead,), "opens": (later,)})]


def check_in_item(pause: int) -> str:
    """The item under which a pause is announced, such as `check-in-1`."""
    return f"check-in-{pause}"


def announce(state: PairState, now: datetime) -> list[Event]:
    """The pause is known from here on: once, whatever becomes of the letters (G6). Sessions whose time came
    before were not called off for anybody, and may have been held."""
    care = state.care
    if not care.paused or care.announced:
        return []
    ahead = tuple(number for number in care.off if state.sessions[number].starts_at > now)
    return [PauseAnnounced(pause=care.pauses, sessions=ahead)]


def raise_concern(state: PairState, command: RaiseConcern, moment: Moment) -> list[Event]:
    """Any partner, any time; it goes to the steward only (R73)."""
    concern = ConcernRaised(
        number=state.care.concerns + 1,
        respondent=moment.actor.id,
        text=command.text,
        about_safety=command.about_safety,
        opens=() if command.about_safety else steward_waits(state, moment.now),
    )
    return [concern, *(alarm(state, None, moment.now) if command.about_safety else [])]


def record_contact(state: PairState, _: RecordStewardContact, __: Moment) -> list[Event]:
    waiting = (item for item in state.ledger.open if item.startswith(STEWARD))
    items = (*waiting, *state.ledger.still_open(f"check-in-{state.care.pauses}:contact"))
    if not items and (not state.paused or state.care.contacted):
        raise Rejected("T18", "nobody waits for a contact.", hint="Nothing to do.")
    return [StewardContactRecorded(pause=state.care.pauses, settles=items)]


def steward_waits(state: PairState, now: datetime) -> tuple[Chase, ...]:
    """The steward is reminded once more when the time for a first contact is over."""
    number = state.care.concerns + state.care.reds + 1
    return _follow_up(state, f"{STEWARD}{number}", "concern_received", now)


def waits_in_pause(state: PairState, pause: int, now: datetime) -> tuple[Chase, ...]:
    """The same for the people of a paused pair, also when the pair has ended in the meantime (T18)."""
    return _follow_up(state, f"{STEWARD}pause-{pause}", "steward_alert", now)


def _follow_up(state: PairState, item: str, template: str, now: datetime) -> tuple[Chase, ...]:
    planner = Planner(state, now)
    due = schedule.steward_contact_due(state.policy, now)
    # Somebody who waits for the steward does so after an outage, too.
    until = schedule.steward_leaves(state.policy, due)
    reminder = planner.remind(due, (state.agreed.steward,), template, useful_until=until)
    return planner.chase(item, "steward", reminder, through_pause=True)


def _announced_at(state: PairState, now: datetime) -> datetime | None:
    """When the open wave closes, so that nobody can tell whose answer it was; in the last week the business
    day before the end, and after that day never (G6)."""
    if state.pulse is not None:
        return max(now, state.pulse.closes_at)
    if state.endpoint is None or state.endpoint.closed:
        return now
    last = schedule.business_day(state.agreed, state.agreed.ends_on, -1)
    return min(state.endpoint.closes_at, last) if now <= last else None


def _is_red(state: PairState, number: int) -> bool:
    """Whether somebody has answered low in that wave."""
    return any(rating <= state.policy.safety.red_rating for rating in _ratings(state, number))


def _ratings(state: PairState, number: int) -> list[int]:
    """The safety ratings of that wave so far, without those that were erased."""
    waves = [*state.waves, *([state.endpoint] if state.endpoint else [])]
    given = (rating for wave in waves if wave.number == number for rating in wave.safety.values())
    return [rating for rating in given if rating is not None]


# --- folding ----------------------------------------------------------------------------------------------


def assessed(state: PairState, event: SafetyAssessed, _: datetime) -> PairState:
    return _cared(state, replace(state.care, reds=state.care.reds + (event.level == "red")))


def concerned(state: PairState, event: ConcernRaised, _: datetime) -> PairState:
    return _cared(state, replace(state.care, concerns=event.number))


def paused(state: PairState, event: PairPaused, _: datetime) -> PairState:
    care = replace(
        state.care,
        pauses=event.pause,
        paused=True,
        announced=False,
        late=state.endpoint is not None,
        decoy=event.decoy,
        off=event.sessions,
        contacted=False,
        consents=frozenset[str](),
    )
    return _cared(pair_sessions.call_off(state, event.sessions), care)


def announced(state: PairState, event: PauseAnnounced, _: datetime) -> PairState:
    passed = [number for number in state.care.off if number not in event.sessions]
    state = pair_sessions.give_back(state, passed)
    return _cared(state, replace(state.care, announced=True, off=event.sessions))


def contacted(state: PairState, _: StewardContactRecorded, __: datetime) -> PairState:
    return _cared(state, replace(state.care, contacted=True))


def consented(state: PairState, event: ResumptionConsented, _: datetime) -> PairState:
    return _cared(state, replace(state.care, consents=state.care.consents | {event.by}))


def resumed(state: PairState, event: PairResumed, at: datetime) -> PairState:
    care = replace(state.care, paused=False, off=(), resumed_at=at)
    fresh_at = at if state.fresh_at is not None else None
    state = pair_series.planned(state, event.sessions)
    return replace(state, care=care, misses=0, inactive=False, fresh_at=fresh_at)


def remembered(care: Care, who: str, rating: int | None) -> Care:
    """A rating as the next one is compared with; an erased one is missing."""
    if rating is None:
        return care
    ratings: Mapping[str, int] = {**care.last_rating, who: rating}
    return replace(care, last_rating=ratings)


def _cared(state: PairState, care: Care) -> PairState:
    return replace(state, care=care)


RULES: Rules[PairState] = {
    RaiseConcern: raise_concern,
    RecordStewardContact: record_contact,
}


FOLDS: Folds[PairState] = {
    SafetyAssessed: assessed,
    ConcernRaised: concerned,
    PairPaused: paused,
    PauseAnnounced: announced,
    StewardContactRecorded: contacted,
    ResumptionConsented: consented,
    PairResumed: resumed,
}
