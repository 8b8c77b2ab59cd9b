"""Whatever people ask for, and whenever: no crash, every refusal names a rule, and no rule is ever broken.

`Scene` checks for every step that events survive JSON and fold, and that a rejection has a rule and a hint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.match import SOLVERS
from events.base import Event
from events.cohort import CohortEscalated, CohortReminded
from events.cohort_enrolment import PersonDeclined, PersonJoined
from events.cohort_rounds import PairArranged, PairAssigned, ShortlistRanked
from events.cohort_running import PairEndNoted
from events.contracts import Compute
from tests.rules.bdd import Scene
from tests.rules.cohort import world
from tests.rules.cohort.world import LEAD, SPONSOR, STEWARD, S
from turnabout import calendar
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort
from turnabout.commands.cohort_enrolment import (
    CloseEnrolment,
    Decline,
    OpenEnrolment,
    OptIn,
    ProceedSmall,
    ReopenEnrolment,
)
from turnabout.commands.cohort_governance import CommitSponsorship, FulfilDuty, HandOverLead, SignCharter
from turnabout.commands.cohort_rounds import AcceptMatch, AssignPair, DeclineMatch, RankShortlist
from turnabout.commands.cohort_running import (
    HoldKickoff,
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
    RecordMakeUp,
)
from turnabout.commands.pair_terms import EndState
from turnabout.eligibility import exclusion
from turnabout.spec import CohortSpec
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_state import CohortState

END_STATES: tuple[EndState, ...] = get_args(EndState)
ZONES = ["Europe/Berlin", "Europe/Lisbon", "America/New_York", "Europe/Berlin", "Asia/Kolkata"]


@cache
def spec() -> CohortSpec:
    """Five mentors and five mentees in five zones, with conflicts, a common line and a holiday."""
    people = [world.person("mentor", n, timezone=ZONES[n - 1]) for n in range(1, 6)]
    people += [world.person("mentee", n, timezone=ZONES[-n]) for n in range(1, 6)]
    people[0] |= {"conflicts": ["mentee-1"]}
    people[1] |= {"reports_to": ["x", "mentee-2"]}
    people[2] |= {"level": 7}
    people[5] |= {"level": 7}
    return world.make_spec(
        people=people,
        sponsor={"id": SPONSOR, "timezone": "Asia/Tokyo", "title": "cpo"},
        holidays=["2026-01-06", "2026-03-09"],
        small_cohort_reason="a trial",
    )


STARTS: dict[str, Callable[[CohortSpec], S]] = {
    "planned": world.planned,
    "enrolling": world.enrolling,
    "choosing": world.choosing,
    "proposed": world.proposed,
    "ready": world.ready,
    "running": world.running,
    "closing": world.closing,
}


@cache
def start(name: str) -> S:
    return STARTS[name](spec())


def wanted(state: CohortState, pick: Callable[[list[Any]], Any]) -> tuple[Command, str]:
    """A command that somebody might well give now, and by whom; often, but not always, it is allowed."""
    people = list(state.roster)
    pairs = [*state.pairs, "pair-q1-77"]
    pending = [edge for one in state.rounds.values() for edge in one.pending] or [("mentor-1", "mentee-1")]
    lists = [(who, tuple(found)) for one in state.rounds.values() for who, found in one.scores.items()] or [
        ("mentee-1", ("mentor-1",))
    ]
    lead = state.lead.id
    edge, (chooser, shortlist), pair, who = pick(pending), pick(lists), pick(pairs), pick(people)
    end = {"state": pick(list(END_STATES)), "left": [who] if pick([True, False]) else []}
    attended = tuple(person for person in sorted(state.engaged) if pick([True, True, False]))
    options: list[tuple[Command, str]] = [
        (SignCharter(text=pick(["one", "two words", "w " * 601])), SPONSOR),
        (CommitSponsorship(), SPONSOR),
        (OpenEnrolment(), lead),
        (OptIn(), who),
        (OptIn(), who),
        (Decline(reason="time"), who),
        (CloseEnrolment(), lead),
        (ReopenEnrolment(), lead),
        (ProceedSmall(reason="x"), lead),
        (RankShortlist(mentors=pick([shortlist, shortlist[::-1], shortlist[:1], (who,)])), chooser),
        (AcceptMatch(mentee=edge[1]), edge[0]),
        (AcceptMatch(mentee=edge[1]), edge[0]),
        (DeclineMatch(mentee=edge[1]), edge[0]),
        (AssignPair(mentor=pick(people[:5]), mentee=pick(people[5:]), reason="x"), lead),
        (HoldKickoff(attended=attended, sponsor_present=True, agenda_minutes=(90,)), lead),
        (RecordMakeUp(person=who), lead),
        (FulfilDuty(duty=pick(["checkpoint", "recognition", "kickoff"])), pick([SPONSOR, lead])),
        (NotePairActivated(pair=pair), "system"),
        (NotePairPaused(pair=pair), "system"),
        (NotePairResumed(pair=pair), "system"),
        (NotePairEnded.model_validate({"pair": pair, **end}), "system"),
        (NoteMemoFiled(pair=pair, waived=pick([True, False])), "system"),
        (world.memo(), lead),
        (CloseCohort(), lead),
        (
            HandOverLead.model_validate({"to": {"id": pick(["lou", LEAD]), "timezone": "Asia/Tokyo"}}),
            lead,
        ),
    ]
    if pick([True, *[False] * 299]):
        options = [(CancelCohort(reason="x"), lead)]
    command, actor = pick(options)
    return command, pick([actor] * 40 + [LEAD, SPONSOR, STEWARD, "stranger", "system", who])


class Run:
    """A cohort at work, with the answers of the solver still to come and everything that must hold."""

    def __init__(self, scene: S) -> None:
        self.scene = scene
        self.tasks: list[Compute] = [one for one in scene.effects if isinstance(one, Compute)]
        self.checked = 0
        self.steps: set[str] = set()

    def give(self, command: Command, by: str) -> bool:
        """Give a command and say whether it was accepted."""
        before = self.scene
        after = before.when(command, by=by)
        if COHORT.is_terminal(before.state):
            assert after.rejection, "a finished cohort takes nothing"
        self.take(after)
        return after.rejection is None

    def take(self, after: S) -> None:
        self.scene = after
        self.tasks += [one for one in after.effects if isinstance(one, Compute)]
        check(after, self.checked)
        self.checked = len(after.history)

    def answer(self) -> None:
        task = self.tasks.pop(0)
        command = COHORT.commands.validate_python(SOLVERS[task.task](task.payload))
        self.take(self.scene.when(command, by="system"))

    def wait(self, delta: timedelta, *, down: bool) -> None:
        """Time passes; while the worker is down, what is due piles up and runs at the end."""
        end = self.scene.at + delta
        if down:
            self.scene = Scene(COHORT, self.scene.state, end, self.scene.history)
        while not COHORT.is_terminal(self.scene.state):
            due = self.scene.due()
            if due is None or due.at > end:
                break
            assert due.command_id not in self.steps, f"{due.command_id} came twice"
            self.steps.add(due.command_id)
            self.take(self.scene.run())
        self.scene = Scene(COHORT, self.scene.state, max(end, self.scene.at), self.scene.history)
        if not COHORT.is_terminal(self.scene.state):
            assert all(due.at > end for due in COHORT.agenda(self.scene.state))


def check(scene: S, since: int) -> None:
    """What must hold of the events since the last look, and of the cohort after them."""
    state = scene.state
    for at, event in scene.history[since:]:
        if isinstance(event, CohortReminded | CohortEscalated):
            assert all(works(state, person, at) for person in event.to), f"{event.to} at {at}"
        if isinstance(event, PairArranged):
            allowed(scene, event)
    nudges = Counter(
        (event.item, person)
        for _, event in scene.history
        if isinstance(event, CohortReminded)
        for person in event.to
    )
    assert max(nudges.values(), default=0) <= 3
    load = Counter(chain.from_iterable(pair.people for pair in state.living))
    assert all(load[person.id] <= (2 if person.role == "mentor" else 1) for person in spec().people)
    assert len(state.living) <= 12
    assert not state.engaged & set(state.waiting)


def works(state: CohortState, person: str, at: datetime) -> bool:
    clock = state.clock
    return calendar.is_working(at, clock.zones[person], clock.holidays, 8, 18)


def allowed(scene: S, event: PairArranged) -> None:
    """The two may be a pair, are willing, and the mentee chose or the lead gave a reason."""
    mentor, mentee = event.terms.mentor, event.terms.mentee
    known = scene.state.roster
    assert exclusion(known[mentor], known[mentee], spec().policy, spec().kickoff_on) is None
    before = [one for _, one in scene.history]
    before = before[: before.index(event)]
    for person in (mentor, mentee):
        moves = [one for one in before if moves_of(one, person)]
        assert isinstance(moves[-1], PersonJoined)
    pairs = [(one.terms.mentor, one.terms.mentee) for one in before if isinstance(one, PairArranged)]
    assert (mentor, mentee) not in pairs, "no two are a pair twice"
    assert any(
        (isinstance(one, ShortlistRanked) and one.mentee == mentee and mentor in one.mentors)
        or (isinstance(one, PairAssigned) and (one.mentor, one.mentee) == (mentor, mentee))
        for one in before
    )


def moves_of(event: Event, person: str) -> bool:
    """Whether somebody joined, declined or left."""
    if isinstance(event, PairEndNoted):
        return person in event.left
    return isinstance(event, PersonJoined | PersonDeclined) and event.person == person


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(STARTS)),
    moves=st.lists(
        st.tuples(
            st.sampled_from(["ask"] * 6 + ["answer", "answer", "wait", "wait", "outage"]),
            st.integers(0, 2**32),
        ),
        max_size=40,
    ),
)
def test_no_sequence_of_commands_breaks_a_rule(name: str, moves: list[tuple[str, int]]) -> None:
    run = Run(start(name))
    for move, number in moves:
        if move == "ask":
            pick = chooser(number)
            any(run.give(*wanted(run.scene.state, pick)) for _ in range(4))
        elif move == "answer" and run.tasks:
            run.answer()
        elif move in {"wait", "outage"}:
            hours = (1, 7, 24, 70, 200, 900)[number % 6]
            run.wait(timedelta(hours=hours), down=move == "outage")


def chooser(number: int) -> Callable[[list[Any]], Any]:
    """Picks from lists by the digits of a number."""

    def pick(options: list[Any]) -> Any:
        nonlocal number
        number = (number * 6364136223846793005 + 1442695040888963407) % 2**64
        return options[(number >> 33) % len(options)]

    return pick
