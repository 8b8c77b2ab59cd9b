"""A pair in a few words, for operators: no names, no answers. Pure."""

from __future__ import annotations

from events.chase import Chase
from turnabout import schedule
from turnabout.commands.pair_terms import shown_end
from turnabout.errors import Rejected
from turnabout.presets import preset
from workflows.rules.decider import Summary
from workflows.rules.pair_care import ASKED_IN_PAUSE
from workflows.rules.pair_state import PairState


def summarize(state: PairState) -> Summary:
    """`phase` is the preset's in the week of the last event, or the pair's own state outside of it; it does
    not tell an end for safety from others."""
    if state.terms is None:
        return Summary(title="Pair", phase="unborn", attention=False, details="")
    terms = state.terms
    return Summary(
        title=f"Pair {terms.number} of {terms.cohort}",
        phase=phase(state),
        attention=bool(_concerns(state)),
        details=_details(state),
        program=terms.program,
        cohort=terms.cohort,
    )


def phase(state: PairState) -> str:
    if state.memo is not None:
        return state.memo
    if state.life == "ended":
        return shown_end(state.end_state or "ended")
    if state.resting:
        return "paused"
    if state.life == "forming" or state.at is None:
        return state.life
    terms = state.agreed
    try:
        shape = preset(terms.preset, _whole_weeks(state))
    except Rejected:
        shape = preset(terms.preset)
    return shape.phase_of(schedule.week_of(terms, state.at))


def _whole_weeks(state: PairState) -> int:
    """The length of the cohort's program; a reshuffled pair has only the rest of it."""
    terms = state.agreed
    return (terms.ends_on - schedule.day_of(terms, terms.kickoff)).days // 7


def _concerns(state: PairState) -> list[str]:
    """What somebody should look at."""
    told = {one.chase.kind for one in state.ledger.open.values() if one.chase.steps and one.next is None}
    found = {
        "paused": state.resting,
        "preparation overdue": "preparation" in told,
        "first meeting overdue": "first_meeting" in told,
        "sessions missed in a row": state.misses >= state.policy.sessions.misses_in_a_row
        if state.terms
        else False,
        "inactive": state.inactive,
        "midpoint undecided": state.midpoint is not None and state.midpoint.decided is None,
        "memo overdue": state.memo is None and "memo" in told,
    }
    if state.life == "ended":
        return [name for name, shown in found.items() if shown and name == "memo overdue"]
    return [name for name, shown in found.items() if shown]


def _details(state: PairState) -> str:
    sessions = state.sessions.values()
    held = sum(one.status == "held" for one in sessions)
    missed = sum(one.status == "missed" for one in sessions)
    lines = [
        f"**{phase(state)}**",
        f"- sessions: {held} held, {missed} missed, {len(sessions)} planned in all",
        f"- open items: {', '.join(_open_items(state)) or 'none'}",
    ]
    missing = state.missing() if state.life == "forming" else None
    if missing:
        lines.append(f"- not started: [{missing[0]}] {missing[1]}")
    lines += [f"- look: {concern}" for concern in _concerns(state)]
    return "\n".join(lines)


def _open_items(state: PairState) -> list[str]:
    """What is due some time. Not what only the steward may know of, nor what a pause ends: from its absence
    people would know of a pause that has not been announced (G6)."""
    ledger = state.ledger.open.items()
    return sorted(item for item, one in ledger if one.next and _is_shown(state, one.chase))


def _is_shown(state: PairState, chase: Chase) -> bool:
    if chase.kind in {"lot", "reshuffle"}:
        return False
    if chase.kind.startswith("check_in"):
        return state.resting
    if chase.kind == "steward" or state.life == "ended":
        return chase.kind != "steward"
    return chase.through_pause or chase.kind in ASKED_IN_PAUSE
