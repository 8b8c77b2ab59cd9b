"""A matching round: shortlists, the mentees' choice, solves, the mentors' consent (R36-R41, G11, T5). Pure.

Nobody is matched without choosing: who does not rank goes without a partner until the lead helps.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from events.base import Event
from events.chase import Chase
from events.cohort_rounds import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    RoundClosed,
    RoundOpened,
    ShortlistRanked,
    ShortlistsPrepared,
    SolveRequested,
)
from events.templates import Template
from turnabout import schedule
from turnabout.commands.cohort_rounds import (
    AcceptMatch,
    DeclineMatch,
    Edge,
    RankShortlist,
    RecordMatch,
    RecordShortlists,
    RoundCause,
    Shortlist,
    Unmatched,
)
from turnabout.errors import Rejected
from workflows.rules import cohort_kickoff as kickoff
from workflows.rules import cohort_pairs as pairs
from workflows.rules.cohort_evolve import LATE, choice_item, consent_item, fold
from workflows.rules.cohort_planner import Planner
from workflows.rules.cohort_state import CohortState, Round, Stage
from workflows.rules.decider import Moment, Rules

NOT_CHOSEN = "no mentee chose you this time"
REFUSED = "nobody on the list could accept"


def opened(
    state: CohortState,
    mentees: tuple[str, ...],
    mentors: tuple[str, ...],
    replaces: str | None = None,
    cause: RoundCause = "matching",
) -> list[Event]:
    """The next round."""
    return [
        RoundOpened(
            round=state.last_round + 1, mentees=mentees, mentors=mentors, replaces=replaces, cause=cause
        )
    ]


def record_shortlists(state: CohortState, command: RecordShortlists, moment: Moment) -> list[Event]:
    """Take the computed shortlists and ask each mentee to choose; who left meanwhile is left out."""
    one = _in_stage(state, command.round, "shortlisting", "R36")
    shortlists: list[Shortlist] = []
    unmatched = [who for who in command.unmatched if who.person in one.mentees]
    for given in command.shortlists:
        candidates = tuple(
            each
            for each in given.candidates
            if each.mentor in one.mentors and pairs.obstacle(state, each.mentor, given.mentee) is None
        )
        if given.mentee in one.mentees and candidates:
            shortlists.append(given.model_copy(update={"candidates": candidates}))
    listed = {given.mentee for given in shortlists} | {who.person for who in unmatched}
    unmatched += [
        Unmatched(person=mentee, reason="no mentor is free and allowed")
        for mentee in one.mentees
        if mentee not in listed
    ]
    planner = Planner(state, moment.now)
    prepared = ShortlistsPrepared(
        round=one.number,
        algorithm=command.algorithm,
        seed=command.seed,
        shortlists=tuple(shortlists),
        unmatched=tuple(unmatched),
        opens=tuple(chase for given in shortlists for chase in _choice(planner, one, given.mentee)),
    )
    after = fold(state, [prepared], moment.now)
    return [prepared, *progress(after, one.number, moment.now)]


def _choice(planner: Planner, one: Round, mentee: str) -> tuple[Chase, ...]:
    spec, policy = planner.state.spec, planner.state.policy
    closes = schedule.choice_closes(spec, policy, planner.today)
    template: Template = "shortlist_refreshed" if one.cause == "refresh" else "shortlist_ready"
    return planner.chase(
        choice_item(one.number, mentee),
        "choice",
        planner.prompt(planner.now, [mentee], template, until=closes),
        planner.prompts(
            [schedule.choice_reminder(spec, policy, planner.today)],
            [mentee],
            "shortlist_reminder",
            until=closes,
        ),
        planner.expire(closes),
    )


def rank(state: CohortState, command: RankShortlist, moment: Moment) -> list[Event]:
    """Rank all or part of one's shortlist; until the solve the order may be changed (R37)."""
    mentee = moment.actor.id
    one = state.round_of(mentee)
    if one is None or one.stage != "choosing" or mentee not in one.scores or mentee in one.reasons:
        raise Rejected("T5", f"{mentee} has no shortlist to rank now.", hint="Wait for one, or ask the lead.")
    strangers = [mentor for mentor in command.mentors if mentor not in one.scores[mentee]]
    if strangers:
        raise Rejected("R37", f"{', '.join(strangers)} is not on the shortlist.", hint="Rank only who is.")
    if len(set(command.mentors)) < len(command.mentors):
        raise Rejected("R37", "somebody is ranked twice.", hint="Name each mentor once.")
    ranked = ShortlistRanked(
        round=one.number,
        mentee=mentee,
        mentors=command.mentors,
        settles=state.ledger.still_open(choice_item(one.number, mentee)),
    )
    after = fold(state, [ranked], moment.now)
    return [ranked, *progress(after, one.number, moment.now)]


def options(state: CohortState, one: Round) -> Mapping[str, Mapping[str, int]]:
    """What a solve may still choose from: by mentee, the ranked mentors who have not refused and have room,
    each with the rank that the mentee gave."""
    return {
        mentee: {
            mentor: number
            for number, mentor in enumerate(one.rankings[mentee], start=1)
            if mentor in one.mentors
            and (mentor, mentee) not in one.declined
            and state.room(mentor)
            and pairs.obstacle(state, mentor, mentee) is None
        }
        for mentee in one.mentees
        if mentee in one.rankings
    }


def capacity(state: CohortState, one: Round) -> dict[str, int]:
    """How many pairs each mentor of the round may get: in the first solve after an enrolment one each, where
    that many mentors have none; else what the policy allows (G12)."""
    fresh = [mentor for mentor in one.mentors if not state.load(mentor)]
    spread = one.replaces is None and one.solves <= 1 and len(fresh) >= len(one.mentees)
    return {mentor: int(mentor in fresh) if spread else state.room(mentor) for mentor in one.mentors}


def record_match(state: CohortState, command: RecordMatch, moment: Moment) -> list[Event]:
    """Take a solve and ask each mentor to consent; what does not fit any more is left out."""
    one = _in_stage(state, command.round, "solving", "R37")
    if command.solve != one.solves:
        raise Rejected("R37", f"solve {command.solve} was not asked for.", hint="Nothing to do.")
    free, places = options(state, one), state.places
    room = {mentor: state.room(mentor) for mentor in one.mentors}
    edges: list[Edge] = []
    for edge in command.edges:
        number = free.get(edge.mentee, {}).get(edge.mentor)
        taken = any(edge.mentee == other.mentee for other in edges)
        if number is not None and not taken and room[edge.mentor] and len(edges) < places:
            room[edge.mentor] -= 1
            edges.append(edge.model_copy(update={"rank": number}))
    planner = Planner(state, moment.now)
    proposed = MatchProposed(
        round=one.number,
        solve=one.solves,
        algorithm=command.algorithm,
        edges=tuple(edges),
        unmatched=tuple(who for who in command.unmatched if who.person in one.mentees),
        quality=command.quality,
        opens=tuple(chase for edge in edges for chase in _consent(planner, one, edge)),
    )
    after = fold(state, [proposed], moment.now)
    return [proposed, *progress(after, one.number, moment.now)]


def _consent(planner: Planner, one: Round, edge: Edge) -> tuple[Chase, ...]:
    spec, policy = planner.state.spec, planner.state.policy
    closes = schedule.consent_closes(spec, policy, planner.today)
    return planner.chase(
        consent_item(one.number, edge.mentor, edge.mentee),
        "consent",
        planner.prompt(planner.now, [edge.mentor], "match_proposed", until=closes),
        planner.prompts(
            [schedule.consent_reminder(spec, policy, planner.today)],
            [edge.mentor],
            "match_reminder",
            until=closes,
        ),
        planner.expire(closes),
    )


def accept(state: CohortState, command: AcceptMatch, moment: Moment) -> list[Event]:
    """Consent to a proposal: the pair is arranged at once."""
    mentor, mentee = moment.actor.id, command.mentee
    one = _proposed(state, mentor, mentee)
    accepted = MatchAccepted(
        round=one.number,
        mentor=mentor,
        mentee=mentee,
        settles=state.ledger.still_open(consent_item(one.number, mentor, mentee)),
    )
    planner = Planner(fold(state, [accepted], moment.now), moment.now)
    pair = pairs.arrange(planner.state, mentor, mentee, planner, replaces=one.replaces)
    after = fold(planner.state, [pair], moment.now)
    return [accepted, pair, *progress(after, one.number, moment.now)]


def refuse(state: CohortState, command: DeclineMatch, moment: Moment) -> list[Event]:
    """Decline a proposal; no reason is owed."""
    mentor, mentee = moment.actor.id, command.mentee
    return refused(state, _proposed(state, mentor, mentee), mentor, mentee, moment.now)


def refused(
    state: CohortState, one: Round, mentor: str, mentee: str, now: datetime, *, by_default: bool = False
) -> list[Event]:
    """The edge is gone, and the round goes on without it."""
    declined = MatchDeclined(
        round=one.number,
        mentor=mentor,
        mentee=mentee,
        by_default=by_default,
        settles=state.ledger.still_open(consent_item(one.number, mentor, mentee)),
    )
    after = fold(state, [declined], now)
    return [declined, *progress(after, one.number, now)]


def progress(state: CohortState, number: int, now: datetime) -> list[Event]:
    """What follows when the last answer of a stage is in: a solve over what is left, or the round's end."""
    one = state.rounds.get(number)
    if one is None:
        return []
    answered = (one.stage == "choosing" and not one.undecided) or (
        one.stage == "consenting" and not one.pending
    )
    if not answered:
        return []
    if one.solves < state.policy.matching.max_solves and state.places and any(options(state, one).values()):
        return [SolveRequested(round=number, solve=one.solves + 1)]
    return close(state, one, now)


def progress_all(state: CohortState, now: datetime) -> list[Event]:
    """`progress` of every open round."""
    events: list[Event] = []
    for number in state.rounds:
        events += progress(fold(state, events, now), number, now)
    return events


def close(state: CohortState, one: Round, now: datetime, why: str | None = None) -> list[Event]:
    """The round is over: who has no partner waits with a reason, the lead helps (assisted choice), and the
    cohort is ready if enough pairs stand. Who did not choose in time gets another shortlist first (T5). `why`
    is the reason where the cohort cuts the round short."""
    again = _chooses_again(state, one, now) if why is None else ()
    left_over = [mentee for mentee in one.mentees if mentee not in again]
    unmatched = [
        Unmatched(person=mentee, reason=why or one.reasons.get(mentee, REFUSED)) for mentee in left_over
    ]
    if one.replaces is None:
        unmatched += [
            Unmatched(person=mentor, reason=_without_mentee(one, mentor))
            for mentor in one.mentors
            if not state.load(mentor)
        ]
    planner = Planner(state, now)
    news = [who.person for who in unmatched if who.person not in state.waiting]
    opens = planner.message(f"waiting-{one.number}", news, "waiting_list")
    last = state.phase == "matching" or (state.phase == "ready" and len(state.rounds) == 1)
    if last and len(state.living) < kickoff.pairs_needed(state) and not again:
        opens += kickoff.told_of_too_few(planner)
    elif left_over:
        told = planner.tell(now, state.lead.id, "assisted_choice")
        opens += planner.chase(f"assisted-{one.number}", "message", told)
    items = [item for item, open_ in state.ledger.open.items() if item.startswith(_items(one))]
    events: list[Event] = [
        RoundClosed(round=one.number, unmatched=tuple(unmatched), opens=opens, settles=tuple(items))
    ]
    if again:
        free = tuple(mentor for mentor in state.of_role("mentor") if state.room(mentor))
        events += opened(fold(state, events, now), again, free, one.replaces, "refresh")
    return [*events, *kickoff.ready(fold(state, events, now), now)]


def _chooses_again(state: CohortState, one: Round, now: datetime) -> tuple[str, ...]:
    """Those who let the window pass and get a shortlist of who is left, where somebody is (T5)."""
    free = [mentor for mentor in state.of_role("mentor") if state.room(mentor)]
    if not pairs.time_left(state, now) or not state.places:
        return ()
    limit = state.policy.matching.refreshed_shortlists
    return tuple(
        mentee
        for mentee in one.mentees
        if one.reasons.get(mentee) == LATE
        and state.refreshed.get(mentee, 0) < limit
        and any(pairs.obstacle(state, mentor, mentee) is None for mentor in free)
    )


def items_of(state: CohortState, person: str) -> tuple[str, ...]:
    """What the open rounds await of somebody, or of a mentor about them; none of it once they leave."""
    items: list[str] = []
    for one in state.rounds.values():
        items.append(choice_item(one.number, person))
        items += [consent_item(one.number, *edge) for edge in sorted(one.pending) if person in edge]
    return tuple(items)


def _items(one: Round) -> tuple[str, str]:
    return choice_item(one.number, ""), consent_item(one.number, "", "")[:-1]


def _without_mentee(one: Round, mentor: str) -> str:
    return "declined the proposal" if any(edge[0] == mentor for edge in one.declined) else NOT_CHOSEN


def _proposed(state: CohortState, mentor: str, mentee: str) -> Round:
    for one in state.rounds.values():
        if (mentor, mentee) in one.pending:
            return one
    raise Rejected(
        "R37",
        f"no proposal of {mentee} waits for {mentor}'s answer.",
        hint="It may have expired: ask the lead.",
    )


def _in_stage(state: CohortState, number: int, stage: Stage, rule: str) -> Round:
    one = state.rounds.get(number)
    if one is None or one.stage != stage:
        raise Rejected(rule, f"round {number} does not wait for this.", hint="Nothing to do.")
    return one


RULES: Rules[CohortState] = {
    RecordShortlists: record_shortlists,
    RankShortlist: rank,
    RecordMatch: record_match,
    AcceptMatch: accept,
    DeclineMatch: refuse,
}
