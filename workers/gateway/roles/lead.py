"""A cohort as its lead sees it: checklist, radar, whose turn it is, pairs; and where decisions are made."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from turnabout import calendar
from turnabout.commands.base import LEAD
from turnabout.dashboard import dashboard
from turnabout.traps import radar
from workers.gateway.house import Gateway
from workers.gateway.roles.late import together, turns
from workers.gateway.roles.lead_pair import can_confirm
from workers.gateway.standing import in_pairs
from workers.gateway.visit import Page, View, Visit
from workflows.rules.cohort_rounds import NOT_CHOSEN
from workflows.rules.cohort_state import pair_stream
from workflows.rules.pair_state import PairState

STATES = {
    "forming": "preparing",
    "active": "at work",
    "paused": "in a routine check-in",
    "graduated": "graduated",
    "graduated_early": "graduated early",
    "reshuffled": "ended for new partners",
    "ended": "ended",
    "ended_by_exit": "ended: somebody left the company",
    "withdrawn": "ended: somebody left the program",
}
"""A pair's state in neutral words: an end for safety reads like one by choice."""
_OF_THEM = {NOT_CHOSEN: "no mentee chose them this time"}
"""What a letter tells somebody of themselves, as the lead reads it."""
ACTIONS = (
    ("enrolment", "Enrolment and pairs"),
    ("kickoff", "The kickoff"),
    ("duties", "The sponsor's duties"),
    ("records", "People of the cohort"),
    ("measures", "What is measured"),
    ("offices", "Who holds which office"),
    ("close", "The end of the cohort"),
)


async def _lead(gateway: Gateway, visit: Visit) -> View:
    state, reads, now = visit.cohort, gateway.reads, visit.now
    cohort = state.spec.id
    board, cards = await reads.board(cohort), await reads.pairs(cohort, now)
    today = calendar.local(now, state.spec.timezone).date()
    traps = radar(board, cards, await reads.reminders(cohort), today, state.policy) if board else ()
    waited = await turns(gateway, visit)
    people = {one.person for one in waited} | {who for card in cards for who in (card.mentor, card.mentee)}
    report = await reads.kpis(cohort)
    context = {
        "cohort": state.spec.name,
        "phase": state.phase,
        "dashboard": dashboard(report) if report else None,
        "checklist": await reads.checklist(cohort),
        "traps": [one for one in traps if one.exposed],
        "quiet": [one.trap for one in traps if not one.exposed],
        "turns": together(waited),
        "pairs": cards,
        "states": STATES,
        "stream": lambda card: pair_stream(card.cohort, card.number),
        "names": await gateway.names(people | set(state.waiting)),
        "to_do": await to_do(gateway, visit),
        "actions": [(visit.to(page), words) for page, words in ACTIONS],
        "unpaired": {who: _OF_THEM.get(reason, reason) for who, reason in state.waiting.items()},
    }
    return View(context=context)


async def to_do(gateway: Gateway, visit: Visit) -> list[tuple[str, str]]:
    """What waits for the lead of a cohort: where it is done, and what it is."""
    return [*_next(visit), *[one async for one in _decisions(gateway, visit)]]


def _next(visit: Visit) -> Iterator[tuple[str, str]]:
    """What the cohort waits for its lead to do."""
    state = visit.cohort
    if state.phase == "chartered" and state.governed:
        yield visit.to("enrolment"), "Open enrolment"
    if state.phase == "matching" and not state.rounds:
        yield visit.to("enrolment"), "Too few pairs stand: decide how to go on"
    if state.phase == "ready" and visit.now >= state.spec.kickoff:
        yield visit.to("kickoff"), "Record the kickoff"
    if state.launched and state.engaged - state.attended:
        yield visit.to("kickoff"), "Record who caught up with the kickoff"
    if state.phase == "closing":
        memos = all(pair.memo for pair in state.pairs.values())
        if not state.memo_filed:
            yield visit.to("close"), "File the cohort's memo"
        elif memos:
            yield visit.to("close"), "Close the cohort"


async def _decisions(gateway: Gateway, visit: Visit) -> AsyncIterator[tuple[str, str]]:
    """The pairs about which the lead decides now."""
    living = (pair for pair in visit.cohort.pairs.values() if pair.memo is None)
    async for one in in_pairs(gateway.desk, visit.cohort, living, visit.person):
        pair = one.state
        if not isinstance(pair, PairState):
            continue
        leads, number = visit.to("pair", None, one.stream), pair.agreed.number
        if can_confirm(pair):
            yield leads, f"Pair {number}: confirm the goal"
        if pair.life == "active" and pair.midpoint is not None and pair.midpoint.decided is None:
            yield leads, f"Pair {number}: decide at the midpoint"


PAGES = (
    Page(
        name="lead",
        title="Lead your cohort",
        of="cohort",
        roles=LEAD,
        seen_by="You. It says who is waited for, never what anybody answered.",
        show=_lead,
        template="lead.html.j2",
    ),
)
