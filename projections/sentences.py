"""One plain sentence for each event that the timeline tells. Pure.

No free text of anybody, no name, no answer: what a person wrote stays on the pair's card, and what is
confidential has no sentence at all. A pause reads `routine check-in`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from events.base import Event
from events.cohort_changes import PersonExited, ReportingLineChanged
from events.cohort_closing import ClosingBegan, CohortArchived, CohortCancelled, CohortClosed, CohortMemoFiled
from events.cohort_corrections import AttendanceCorrected, DutyCorrected
from events.cohort_enrolment import (
    EnrolmentClosed,
    EnrolmentOpened,
    EnrolmentReopened,
    PersonDeclined,
    PersonJoined,
    SmallCohortApproved,
)
from events.cohort_governance import (
    CharterSigned,
    CohortPlanned,
    DutyFulfilled,
    DutyMissed,
    LaunchOverdue,
    LeadHandedOver,
    SponsorshipCommitted,
)
from events.cohort_holidays import HolidaysRecorded
from events.cohort_kpis import KpisPublished
from events.cohort_measurement import (
    BaselineFlaggedLate,
    ComparisonRefused,
    ControlGroupFrozen,
    MetricObserved,
    SurveyClosed,
    SurveyOpened,
)
from events.cohort_offices import NextCohortPlanned, SponsorReplaced, SponsorshipTakenOver
from events.cohort_people import PersonWithdrew
from events.cohort_rounds import (
    MatchAccepted,
    MatchDeclined,
    MatchProposed,
    PairArranged,
    PairAssigned,
    RoundClosed,
    RoundOpened,
    ShortlistRanked,
    ShortlistsPrepared,
)
from events.cohort_running import CohortReady, EndpointReached, KickoffHeld, MakeUpAttended
from events.contracts import StoredEvent
from events.pair_calendar import CadenceChanged, SessionsMoved
from events.pair_care import PairResumed, PauseAnnounced
from events.pair_career import GoalMisfitFound
from events.pair_closing import (
    EndpointClosed,
    EndpointOpened,
    MemoFiled,
    MemoWaived,
    OutcomeRecorded,
    PairEnded,
)
from events.pair_corrections import DeliverableCorrected, OutcomeCorrected, SessionCorrected
from events.pair_preparation import (
    CadenceAgreed,
    ExchangeAgreed,
    GoalAccepted,
    GoalProposed,
    GroundRulesSigned,
    PairActivated,
    PairFormed,
)
from events.pair_pulse import (
    MidpointDecided,
    MilestoneChecked,
    MilestoneOpened,
    PulseClosed,
    PulseOpened,
    StagnationAssessed,
)
from events.pair_sessions import (
    ActionCompleted,
    DeliverableRecorded,
    InactivityFlagged,
    SessionHeld,
    SessionMissed,
    SessionRescheduled,
    SessionsCancelled,
)
from projections.privacy import shown_end
from projections.projection import wire
from projections.sentences_practice import PRACTICE

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
    CohortPlanned: lambda data: (
        f"The cohort was planned, with {_count(len(data['spec']['people']), 'person', 'people')} listed."
    ),
    CharterSigned: lambda data: f"The sponsor signed version {data['version']} of the charter.",
    SponsorshipCommitted: "The sponsor committed to kickoff, checkpoint and recognition.",
    HolidaysRecorded: "The public holidays were looked up.",
    EnrolmentOpened: "Enrolment opened; everyone on the roster was invited.",
    PersonJoined: lambda data: f"{data['person']} joined.",
    PersonDeclined: lambda data: f"{data['person']} stays out.",
    PersonWithdrew: lambda data: f"{data['person']} left.",
    EnrolmentClosed: lambda data: (
        f"Enrolment closed with {_count(len(data['mentors']), 'mentor')} and "
        f"{_count(len(data['mentees']), 'mentee')}."
    ),
    EnrolmentReopened: "Enrolment opened again, for too few pairs came about.",
    SmallCohortApproved: lambda data: f"The lead goes on with {_count(data['pairs'], 'pair')}, for a reason.",
    RoundOpened: lambda data: (
        f"Matching round {data['round']} opened for {_count(len(data['mentees']), 'mentee')}."
    ),
    ShortlistsPrepared: lambda data: (
        f"{_count(len(data['shortlists']), 'shortlist')} went out for round {data['round']}."
    ),
    ShortlistRanked: lambda data: f"{data['mentee']} ranked the shortlist.",
    MatchProposed: lambda data: (
        f"Solve {data['solve']} of round {data['round']} proposed {_count(len(data['edges']), 'pair')}."
    ),
    MatchAccepted: lambda data: f"{data['mentor']} accepted {data['mentee']}.",
    MatchDeclined: lambda data: f"The proposal of {data['mentor']} with {data['mentee']} did not come off.",
    PairAssigned: lambda data: f"The lead paired {data['mentor']} with {data['mentee']}, for a reason.",
    PairArranged: lambda data: (
        f"Pair {data['terms']['number']} was arranged: {data['terms']['mentor']} teaches "
        f"{data['terms']['mentee']}."
    ),
    RoundClosed: lambda data: (
        f"Matching round {data['round']} closed; "
        + (
            f"{_count(len(data['unmatched']), 'person', 'people')} of it wait."
            if data["unmatched"]
            else "nobody of it waits."
        )
    ),
    CohortReady: lambda data: f"{_count(len(data['pairs']), 'pair')} stand; the kickoff can be held.",
    KickoffHeld: lambda data: (
        f"The kickoff was held on {data['held_on']} with "
        f"{_count(len(data['attended']), 'person', 'people')}, {data['days_since_charter']} days after the "
        f"charter; {len(data['absent'])} to make up for it."
    ),
    MakeUpAttended: lambda data: f"{data['person']} caught up with the kickoff.",
    LaunchOverdue: "The launch is overdue: no kickoff within the days that the charter allows.",
    DutyFulfilled: lambda data: (
        f"The sponsor fulfilled a duty ({data['duty']}){'' if data['on_time'] else ', late'}."
    ),
    DutyMissed: lambda data: f"The sponsor missed a duty ({data['duty']}).",
    ControlGroupFrozen: lambda data: (
        f"The control group was frozen: {_count(data['n'], 'person', 'people')}."
    ),
    ComparisonRefused: "No control group was frozen before the kickoff, so nothing is compared with one.",
    SurveyOpened: lambda data: (
        f"The {data['wave']} opened for {_count(len(data['people']), 'person', 'people')}."
    ),
    SurveyClosed: lambda data: (
        f"The {data['wave']} closed with {data['answered']} of {_count(data['asked'], 'answer')}"
        f"{', ' + str(data['late']) + ' of them late' if data['late'] else ''}."
    ),
    BaselineFlaggedLate: lambda data: (
        f"{_count(len(data['people']), 'baseline was', 'baselines were')} missing at the first session."
    ),
    MetricObserved: lambda data: (
        f"The tied metric of {data['on']} was recorded"
        f"{' for ' + data['pair'].removeprefix('pair-') if data['pair'] else ''}."
    ),
    KpisPublished: "The KPIs were published.",
    EndpointReached: "The last week began.",
    ClosingBegan: "Every pair has ended; memos are due.",
    CohortMemoFiled: lambda data: (
        f"The cohort's closure memo was filed with {_count(len(data['next_steps']), 'next step')}."
    ),
    CohortClosed: "The cohort closed.",
    CohortArchived: "The cohort was archived.",
    CohortCancelled: "The cohort was cancelled.",
    LeadHandedOver: lambda data: f"{data['to']['id']} leads the program now.",
    ReportingLineChanged: lambda data: (
        f"{data['person']} has other managers"
        + ("; the lead was told of what this touches." if data["conflicts"] else ".")
    ),
    PersonExited: lambda data: f"{data['person']} left the company.",
    AttendanceCorrected: lambda data: (
        f"Corrected: {data['person']} was {'' if data['attended'] else 'not '}at the kickoff."
    ),
    DutyCorrected: lambda data: f"Corrected: a duty of the sponsor ({data['duty']}) is {data['state']}.",
    SessionCorrected: lambda data: (
        f"Corrected: session {data['number']} was {'held' if data['held'] else 'missed'}."
    ),
    OutcomeCorrected: "Corrected: the outcome against the goal.",
    DeliverableCorrected: lambda data: (
        f"Corrected: deliverable {data['number']}{'' if data['what'] else ' was withdrawn'}."
    ),
    SponsorReplaced: lambda data: f"{data['to']['id']} sponsors the program now.",
    SponsorshipTakenOver: lambda data: f"{data['by']} took over the duties of the sponsor.",
    NextCohortPlanned: lambda data: (
        f"The next cohort is planned: {data['cohort']}, from {data['starts_on']} on."
    ),
    PairFormed: "The pair was formed.",
    ExchangeAgreed: "The pair agreed what each of the two gives.",
    CadenceAgreed: "The pair agreed when it meets.",
    GoalProposed: lambda data: f"Goal {data['number']} was proposed.",
    GoalAccepted: lambda data: f"Goal {data['number']} was accepted.",
    GoalMisfitFound: lambda data: f"Goal {data['number']} may need more time than the program has.",
    GroundRulesSigned: lambda data: f"{data['by']} signed the ground rules.",
    PairActivated: lambda data: (
        f"The pair is active, with {_count(len(data['sessions']), 'session')} planned."
    ),
    SessionRescheduled: lambda data: f"Session {data['number']} was moved.",
    SessionsMoved: lambda data: f"{len(data['sessions'])} sessions were moved at once.",
    CadenceChanged: lambda _: "The pair agreed another rhythm.",
    SessionHeld: _held,
    SessionMissed: _missed,
    SessionsCancelled: lambda data: f"{_numbers(data['numbers'])} called off.",
    InactivityFlagged: "Nothing has happened for two intervals; the lead was told.",
    DeliverableRecorded: "The pair produced something.",
    PulseOpened: lambda data: f"Pulse {data['wave']} opened.",
    PulseClosed: lambda data: f"Pulse {data['wave']} closed.",
    PauseAnnounced: lambda data: (
        f"Routine check-in: {_numbers(data['sessions']).lower()} called off."
        if data["sessions"]
        else "Routine check-in."
    ),
    PairResumed: "The routine check-in is over; the pair goes on.",
    MilestoneOpened: "The milestone check was asked for.",
    MilestoneChecked: lambda data: (
        f"The pair filled in the milestone check, with {_count(len(data['actions']), 'action')}."
    ),
    ActionCompleted: lambda data: f"Action {data['number']} is done.",
    StagnationAssessed: lambda data: _REVIEWS[data["verdict"]],
    MidpointDecided: _decided,
    EndpointOpened: "The endpoint wave opened.",
    EndpointClosed: "The endpoint wave closed.",
    OutcomeRecorded: "The outcome was recorded against the goal.",
    PairEnded: lambda data: _ENDS[shown_end(data["state"])],
    MemoFiled: lambda data: (
        f"The pair's closure memo was filed with {_count(len(data['next_steps']), 'next step')}."
    ),
    MemoWaived: "The pair's closure memo was waived.",
    **PRACTICE,
}

_BY_NAME = {wire(event): words for event, words in SENTENCES.items()}


def sentence(event: StoredEvent) -> str:
    """What happened, in one sentence."""
    words = _BY_NAME[event.type]
    return words if isinstance(words, str) else words(event.data)
