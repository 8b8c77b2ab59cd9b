"""One plain sentence for each event that the timeline tells. Pure.

No free text of anybody, no name, no answer: what a person wrote stays on the pair's card, and what is
confidential has no sentence at all. A pause reads `routine check-in`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from events import cohort, pair
from events.base import Event
from events.contracts import StoredEvent
from projections.privacy import shown_end
from projections.projection import wire

Data = dict[str, Any]

_ENDS = {
    "graduated": "The pair graduated.",
    "graduated_early": "The pair graduated early.",
    "reshuffled": "The pair was reshuffled.",
    "ended": "The pair ended.",
    "ended_by_exit": "The pair ended: somebody left the company.",
    "withdrawn": "The pair ended: somebody withdrew.",
}
_DECISIONS = {"continue": "goes on", "reshuffle": "is reshuffled", "graduate": "graduates"}
_REVIEWS = {
    "fine": "The midpoint review found nothing to change.",
    "nudge": "The midpoint review asks for a nudge.",
    "reshuffle_proposed": "The midpoint review proposes a reshuffle.",
}


def _count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _numbers(numbers: Collection[int]) -> str:
    word = "Session" if len(numbers) == 1 else "Sessions"
    return f"{word} {', '.join(str(number) for number in numbers)}"


def _held(data: Data) -> str:
    made = data["deliverables"]
    more = f", with {_count(len(made), 'deliverable')}" if made else ""
    return f"Session {data['number']} was held{more}."


def _missed(data: Data) -> str:
    why = "never logged, so it counts as missed" if data["unlogged"] else "missed"
    return f"Session {data['number']} was {why}."


def _decided(data: Data) -> str:
    by = "by default, for nobody decided in time" if data["by_default"] else "by the lead"
    return f"Midpoint: the pair {_DECISIONS[data['decision']]}, decided {by}."


SENTENCES: dict[type[Event], str | Callable[[Data], str]] = {
    cohort.CohortPlanned: lambda data: (
        f"The cohort was planned, with {_count(len(data['spec']['people']), 'person', 'people')} listed."
    ),
    cohort.CharterSigned: lambda data: f"The sponsor signed version {data['version']} of the charter.",
    cohort.SponsorshipCommitted: "The sponsor committed to kickoff, checkpoint and recognition.",
    cohort.EnrolmentOpened: "Enrolment opened; everyone on the roster was invited.",
    cohort.PersonJoined: lambda data: f"{data['person']} joined.",
    cohort.PersonDeclined: lambda data: f"{data['person']} stays out.",
    cohort.EnrolmentClosed: lambda data: (
        f"Enrolment closed with {_count(len(data['mentors']), 'mentor')} and "
        f"{_count(len(data['mentees']), 'mentee')}."
    ),
    cohort.EnrolmentReopened: "Enrolment opened again, for too few pairs came about.",
    cohort.SmallCohortApproved: lambda data: (
        f"The lead goes on with {_count(data['pairs'], 'pair')}, for a reason."
    ),
    cohort.RoundOpened: lambda data: (
        f"Matching round {data['round']} opened for {_count(len(data['mentees']), 'mentee')}."
    ),
    cohort.ShortlistsPrepared: lambda data: (
        f"{_count(len(data['shortlists']), 'shortlist')} went out for round {data['round']}."
    ),
    cohort.ShortlistRanked: lambda data: f"{data['mentee']} ranked the shortlist.",
    cohort.MatchProposed: lambda data: (
        f"Solve {data['solve']} of round {data['round']} proposed {_count(len(data['edges']), 'pair')}."
    ),
    cohort.MatchAccepted: lambda data: f"{data['mentor']} accepted {data['mentee']}.",
    cohort.MatchDeclined: lambda data: (
        f"The proposal of {data['mentor']} with {data['mentee']} did not come off."
    ),
    cohort.PairAssigned: lambda data: (
        f"The lead paired {data['mentor']} with {data['mentee']}, for a reason."
    ),
    cohort.PairArranged: lambda data: (
        f"Pair {data['terms']['number']} was arranged: {data['terms']['mentor']} teaches "
        f"{data['terms']['mentee']}."
    ),
    cohort.RoundClosed: lambda data: (
        f"Matching round {data['round']} closed; "
        + (
            f"{_count(len(data['unmatched']), 'person', 'people')} of it wait."
            if data["unmatched"]
            else "nobody of it waits."
        )
    ),
    cohort.CohortReady: lambda data: f"{_count(len(data['pairs']), 'pair')} stand; the kickoff can be held.",
    cohort.KickoffHeld: lambda data: (
        f"The kickoff was held on {data['held_on']} with "
        f"{_count(len(data['attended']), 'person', 'people')}, {data['days_since_charter']} days after the "
        f"charter; {len(data['absent'])} to make up for it."
    ),
    cohort.MakeUpAttended: lambda data: f"{data['person']} caught up with the kickoff.",
    cohort.LaunchOverdue: "The launch is overdue: no kickoff within the days that the charter allows.",
    cohort.DutyFulfilled: lambda data: (
        f"The sponsor fulfilled a duty ({data['duty']}){'' if data['on_time'] else ', late'}."
    ),
    cohort.DutyMissed: lambda data: f"The sponsor missed a duty ({data['duty']}).",
    cohort.EndpointReached: "The last week began.",
    cohort.ClosingBegan: "Every pair has ended; memos are due.",
    cohort.CohortMemoFiled: lambda data: (
        f"The cohort's closure memo was filed with {_count(len(data['next_steps']), 'next step')}."
    ),
    cohort.CohortClosed: "The cohort closed.",
    cohort.CohortArchived: "The cohort was archived.",
    cohort.CohortCancelled: "The cohort was cancelled.",
    cohort.LeadHandedOver: lambda data: f"{data['to']['id']} leads the program now.",
    pair.PairFormed: "The pair was formed.",
    pair.ExchangeAgreed: "The pair agreed what each of the two gives.",
    pair.CadenceAgreed: "The pair agreed when it meets.",
    pair.GoalProposed: lambda data: f"Goal {data['number']} was proposed.",
    pair.GoalAccepted: lambda data: f"Goal {data['number']} was accepted.",
    pair.GroundRulesSigned: lambda data: f"{data['by']} signed the ground rules.",
    pair.PairActivated: lambda data: (
        f"The pair is active, with {_count(len(data['sessions']), 'session')} planned."
    ),
    pair.SessionRescheduled: lambda data: f"Session {data['number']} was moved.",
    pair.SessionHeld: _held,
    pair.SessionMissed: _missed,
    pair.SessionsCancelled: lambda data: f"{_numbers(data['numbers'])} called off.",
    pair.InactivityFlagged: "Nothing has happened for two intervals; the lead was told.",
    pair.DeliverableRecorded: "The pair produced something.",
    pair.PulseOpened: lambda data: f"Pulse {data['wave']} opened.",
    pair.PulseClosed: lambda data: f"Pulse {data['wave']} closed.",
    pair.PauseAnnounced: lambda data: (
        f"Routine check-in: {_numbers(data['sessions']).lower()} called off."
        if data["sessions"]
        else "Routine check-in."
    ),
    pair.PairResumed: "The routine check-in is over; the pair goes on.",
    pair.MilestoneOpened: "The milestone check was asked for.",
    pair.MilestoneChecked: lambda data: (
        f"The pair filled in the milestone check, with {_count(len(data['actions']), 'action')}."
    ),
    pair.ActionCompleted: lambda data: f"Action {data['number']} is done.",
    pair.StagnationAssessed: lambda data: _REVIEWS[data["verdict"]],
    pair.MidpointDecided: _decided,
    pair.EndpointOpened: "The endpoint wave opened.",
    pair.EndpointClosed: "The endpoint wave closed.",
    pair.OutcomeRecorded: "The outcome was recorded against the goal.",
    pair.PairEnded: lambda data: _ENDS[shown_end(data["state"])],
    pair.MemoFiled: lambda data: (
        f"The pair's closure memo was filed with {_count(len(data['next_steps']), 'next step')}."
    ),
    pair.MemoWaived: "The pair's closure memo was waived.",
}

_BY_NAME = {wire(event): words for event, words in SENTENCES.items()}


def sentence(event: StoredEvent) -> str:
    """What happened, in one sentence."""
    words = _BY_NAME[event.type]
    return words if isinstance(words, str) else words(event.data)
