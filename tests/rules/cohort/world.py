"""A cohort to play with: its spec, its people, and short ways to each phase of its life."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from activities.match import SOLVERS
from events.cohort_rounds import PairArranged, ShortlistsPrepared
from events.contracts import Compute, Notify, Tell
from tests.rules.bdd import Scene, given
from turnabout.commands.base import Command
from turnabout.commands.cohort_closing import FileCohortMemo
from turnabout.commands.cohort_enrolment import CloseEnrolment, OpenEnrolment, OptIn
from turnabout.commands.cohort_governance import CommitSponsorship, PlanCohort, SignCharter
from turnabout.commands.cohort_rounds import AcceptMatch, RankShortlist
from turnabout.commands.cohort_running import HoldKickoff, NoteMemoFiled, NotePairActivated, NotePairEnded
from turnabout.spec import CohortSpec
from workflows.rules.cohort import COHORT
from workflows.rules.cohort_state import CohortState

S = Scene[CohortState]
START = "2026-01-05T08:00+00:00"
"""A Monday, 09:00 in Berlin."""
LEAD, SPONSOR, STEWARD = "lea", "sponsor", "steward"
TEXT = "We pair juniors with leaders for twelve weeks."


def mentor(number: int) -> str:
    return f"mentor-{number}"


def mentee(number: int) -> str:
    return f"mentee-{number}"


def person(role: str, number: int, **facts: Any) -> dict[str, Any]:
    """Somebody with everything the rules ask of a mentor or mentee."""
    common: dict[str, Any] = {
        "id": f"{role}-{number}",
        "role": role,
        "timezone": "Europe/Berlin",
        "location": "Berlin",
    }
    if role == "mentor":
        common |= {"level": 3, "function": "marketing", "skills": ["social media"], "high_potential": True}
        common |= {"digitally_skilled": True, "reports_to": [f"chief-{number}"]}
    else:
        gap = {"skill": "social media", "current": 1, "target": 4}
        common |= {"level": 8, "function": "finance", "gaps": [gap]}
    return common | facts


def make_spec(mentors: int = 6, mentees: int = 5, **fields: Any) -> CohortSpec:
    """A sprint of twelve weeks from Tuesday 3 March 2026."""
    people = [person("mentor", number) for number in range(1, mentors + 1)]
    people += [person("mentee", number) for number in range(1, mentees + 1)]
    base: dict[str, Any] = {
        "id": "q1",
        "program": "acme",
        "name": "Spring cohort",
        "preset": "sprint_90",
        "timezone": "Europe/Berlin",
        "starts_on": "2026-01-05",
        "kickoff_on": "2026-03-03",
        "lead": {"id": LEAD, "timezone": "Europe/Berlin"},
        "sponsor": {"id": SPONSOR, "timezone": "Europe/London", "title": "chro"},
        "steward": {"id": STEWARD, "timezone": "Europe/Berlin"},
        "support_contacts": [
            {"id": "contact-1", "timezone": "Europe/Berlin"},
            {"id": "contact-2", "timezone": "Europe/Berlin"},
        ],
        "kpis": [
            {"id": f"K{number}", "name": f"KPI {number}", "outcome": "retention"} for number in (1, 2, 3)
        ],
        "priority_metric": {"name": "followers", "unit": "people", "source": "analytics"},
        "people": people,
        "seed": 7,
    }
    return CohortSpec.model_validate(base | fields)


def once(mentors: int = 6, mentees: int = 5, **fields: Any) -> CohortSpec:
    """The same, where who does not choose in time gets no second shortlist."""
    return make_spec(mentors, mentees, policy={"matching": {"refreshed_shortlists": 0}}, **fields)


def nothing() -> S:
    """No cohort yet."""
    return given(COHORT, at=START)


def ok(scene: S, command: Command, by: str, **at: Any) -> S:
    """Give a command that must be accepted."""
    after = scene.when(command, by=by, **at)
    assert after.rejection is None, f"{command.type} was rejected: {after.rejection}"
    return after


def planned(spec: CohortSpec | None = None) -> S:
    return ok(nothing(), PlanCohort(spec=spec or make_spec()), LEAD)


def chartered(spec: CohortSpec | None = None) -> S:
    scene = ok(planned(spec), SignCharter(text=TEXT), SPONSOR)
    return ok(scene, CommitSponsorship(), SPONSOR)


def enrolling(spec: CohortSpec | None = None) -> S:
    return ok(chartered(spec), OpenEnrolment(), LEAD)


def joined(spec: CohortSpec | None = None, without: tuple[str, ...] = ()) -> S:
    """Everyone has opted in, but for those left out."""
    scene = enrolling(spec)
    for who in scene.state.roster:
        if who not in without:
            scene = ok(scene, OptIn(), who)
    return scene


def matching(spec: CohortSpec | None = None, without: tuple[str, ...] = ()) -> S:
    """Enrolment is closed; the shortlists are being computed."""
    return ok(joined(spec, without), CloseEnrolment(), LEAD)


def computed(scene: S) -> S:
    """Answer the computation that the last command asked for, by the real solver."""
    tasks = [effect for effect in scene.effects if isinstance(effect, Compute)]
    assert len(tasks) == 1, scene.effects
    answer = SOLVERS[tasks[0].task](tasks[0].payload)
    return ok(scene, COHORT.commands.validate_python(answer), "system")


def choosing(spec: CohortSpec | None = None, without: tuple[str, ...] = ()) -> S:
    """Every mentee has a shortlist."""
    return computed(matching(spec, without))


def shortlist(scene: S, who: str) -> tuple[str, ...]:
    """A mentee's candidates, best first."""
    for _, event in reversed(scene.history):
        if isinstance(event, ShortlistsPrepared):
            for one in event.shortlists:
                if one.mentee == who:
                    return tuple(candidate.mentor for candidate in one.candidates)
    raise AssertionError(f"no shortlist for {who}")


def ranked(scene: S, leave: tuple[str, ...] = ()) -> S:
    """Every mentee who still must ranks the shortlist as it came, but for those left out."""
    for one in tuple(scene.state.rounds.values()):
        for who in one.undecided:
            if who not in leave:
                scene = ok(scene, RankShortlist(mentors=shortlist(scene, who)), who)
    return scene


def proposed(spec: CohortSpec | None = None) -> S:
    """Every mentee has ranked; every mentor concerned has a proposal."""
    return computed(ranked(choosing(spec)))


def accepted(scene: S) -> S:
    """Every mentor accepts every proposal."""
    for one in tuple(scene.state.rounds.values()):
        for who, whom in sorted(one.pending):
            scene = ok(scene, AcceptMatch(mentee=whom), who)
    return scene


def ready(spec: CohortSpec | None = None) -> S:
    scene = accepted(proposed(spec))
    assert scene.state.phase == "ready"
    return scene


def kickoff_day(scene: S) -> S:
    """The kickoff has just ended."""
    return scene.until(scene.state.spec.kickoff + timedelta(minutes=95))


def hold(scene: S, **fields: Any) -> HoldKickoff:
    """The record of a kickoff at which everyone was."""
    people = tuple(who for pair in scene.state.living for who in pair.people)
    base: dict[str, Any] = {"attended": people, "sponsor_present": True, "agenda_minutes": (30, 30, 30)}
    return HoldKickoff.model_validate(base | fields)


def running(spec: CohortSpec | None = None, **fields: Any) -> S:
    """The kickoff is held and every pair works."""
    scene = kickoff_day(ready(spec))
    scene = ok(scene, hold(scene, **fields), LEAD)
    for pair in tuple(scene.state.pairs):
        scene = ok(scene, NotePairActivated(pair=pair), "system")
    return scene


def closing(spec: CohortSpec | None = None) -> S:
    """Every pair has graduated and the last day has passed."""
    scene = running(spec)
    scene = scene.until(end(scene) - timedelta(hours=1))
    for pair in tuple(scene.state.pairs):
        scene = ok(scene, NotePairEnded(pair=pair, state="graduated"), "system")
    return scene.later(days=1)


def wound_up(spec: CohortSpec | None = None) -> S:
    """All pair memos and the cohort's are filed."""
    scene = closing(spec)
    for pair in tuple(scene.state.pairs):
        scene = ok(scene, NoteMemoFiled(pair=pair), "system")
    return ok(scene, memo(), LEAD)


def memo() -> FileCohortMemo:
    step = {"what": "plan the next cohort", "owner": LEAD, "due_on": "2026-07-01"}
    return FileCohortMemo.model_validate({"summary": "It went well.", "next_steps": [step]})


def end(scene: S) -> datetime:
    """The evening of the last day of work."""
    return datetime.fromisoformat(f"{scene.state.spec.ends_on}T18:00+02:00")


def notices(scene: S, template: str) -> list[str]:
    """Who the last command's effects write to with this template."""
    return [
        who
        for effect in scene.effects
        if isinstance(effect, Notify) and effect.template == template
        for who in effect.to
    ]


def told(scene: S, type_: str) -> list[tuple[str, dict[str, Any]]]:
    """The commands of a type that the last command's effects give to pairs, with the pair's stream."""
    return [
        (effect.stream, effect.envelope.command)
        for effect in scene.effects
        if isinstance(effect, Tell) and effect.envelope.command["type"] == type_
    ]


def arranged(scene: S) -> list[PairArranged]:
    return [event for _, event in scene.history if isinstance(event, PairArranged)]
