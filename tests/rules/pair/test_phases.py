"""Phases and their exit evidence (R62-R66): entered in order, complete with their evidence, never skipped."""

from __future__ import annotations

from typing import Any

import pytest

from events.contracts import Notify
from events.pair import PairReminded
from events.pair_practice import PhaseCompleted, PhaseEntered, PhaseOverdue
from tests.rules.pair.stage import (
    BOTH,
    LEAD,
    MENTEE,
    MENTOR,
    Pair,
    active,
    formed,
    held,
    in_pulse,
    notified,
    prepared,
    pulse,
    resumed,
)
from turnabout.commands.pair_closing import EndPair, FileMemo, RecordOutcome, WaiveMemo
from turnabout.commands.pair_practice import (
    ChangeDecision,
    GiveFeedback,
    RecordExperiment,
    RecordInsight,
)
from turnabout.commands.pair_preparation import NoteKickoffAttended
from turnabout.commands.pair_sessions import RecordDeliverable
from turnabout.evidence import DeliverableKind, Evidence
from turnabout.presets import LENGTHS, Phase, preset

SPRINT = preset("sprint_90").phases
WEEK_2, WEEK_5, WEEK_9, MEMO_DUE = (
    "2026-03-09T08:00Z",
    "2026-03-30T07:00Z",
    "2026-04-27T07:00Z",
    "2026-05-29T07:00Z",
)
"""Mondays at 09:00 in Berlin, where clocks change on 29 March; and four business days after the end."""
EXPERIMENT = RecordExperiment.model_validate(
    {
        "metric": "clicks",
        "variants": [
            {"name": "long", "exposures": 80, "successes": 48},
            {"name": "short", "exposures": 70, "successes": 56},
        ],
    }
)
MEMO = FileMemo.model_validate(
    {
        "summary": "It went well.",
        "lesson": "Short beats long.",
        "next_steps": [{"what": "Go on", "owner": MENTEE, "due_on": "2026-09-01"}],
    }
)


def sprint(**changes: Any) -> Pair:
    return active(phases=SPRINT, **changes)


def made(scene: Pair, kind: DeliverableKind, times: int = 1, *, at: str | None = None) -> Pair:
    for _ in range(times):
        scene = scene.when(RecordDeliverable(what="a thing", kind=kind), by=MENTOR, at=at)
        assert scene.rejection is None, scene.rejection
    return scene


def drafted(scene: Pair, at: str) -> Pair:
    """A draft with feedback."""
    scene = made(scene.until(at), "draft")
    number = max(scene.state.work.deliverables)
    return scene.when(GiveFeedback(deliverable=number), by=MENTEE)


def lacking(scene: Pair) -> list[tuple[str, list[tuple[str, int]]]]:
    """The phases that the last events found overdue, and what of them was missing."""
    return [
        (event.name, [(one.kind, one.count) for one in event.missing]) for event in scene.of(PhaseOverdue)
    ]


# --- the way through ------------------------------------------------------------------------------------


def test_r62_the_first_phase_begins_with_the_pair_and_the_letter_says_what_it_asks_for() -> None:
    scene = sprint()
    assert isinstance(scene.events[-1], PhaseEntered)
    assert (scene.events[-1].number, scene.events[-1].name) == (1, "kickoff")
    letter = next(one for one in scene.later(hours=1).effects if isinstance(one, Notify))
    assert letter.template == "pair_activated"
    assert letter.values["asked"] == ["an accepted goal", "an agreed cadence", "a channel shown at work"]


def test_r62_to_r66_a_pair_that_leaves_its_evidence_goes_through_all_four_phases_in_time() -> None:
    scene = sprint().until("2026-03-04T09:00Z")
    scene = made(scene, "channel_demo")
    assert [(event.name, event.late) for event in scene.of(PhaseCompleted)] == [("kickoff", False)]
    scene = made(scene.until(WEEK_2), "tutorial", 3)
    for day in ("2026-03-10T09:00Z", "2026-03-18T09:00Z", "2026-03-26T09:00Z"):
        scene = drafted(scene, day)
    assert [event.name for event in scene.of(PhaseCompleted)] == ["teach and do"]
    scene = made(scene.until(WEEK_5), "targeting_change").when(EXPERIMENT, by=MENTEE)
    scene = scene.when(RecordInsight(what="short titles"), by=MENTEE)
    assert [event.name for event in scene.of(PhaseCompleted)] == ["iterate"]
    scene = held(scene, 6).until("2026-05-26T08:00Z")
    scene = made(scene, "brief").when(RecordOutcome(value=1450, attainment=1), by=MENTEE)
    assert not scene.of(PhaseCompleted)
    scene = scene.when(MEMO, by=MENTEE)
    assert [(event.name, event.late) for event in scene.of(PhaseCompleted)] == [("scale and hand off", False)]
    scene = scene.until("2026-08-01T00:00Z")
    assert not [event for _, event in scene.history if isinstance(event, PhaseOverdue)]
    assert scene.state.terminal


def test_r66_a_phase_that_ends_without_its_evidence_says_what_is_missing_and_the_next_one_begins() -> None:
    scene = sprint().until(WEEK_2)
    assert lacking(scene) == [("kickoff", [("channel_demo", 1)])]
    assert [event.name for event in scene.of(PhaseEntered)] == ["teach and do"]
    letter = next(one for one in scene.effects if isinstance(one, Notify) and one.template == "phase_begins")
    assert letter.to == BOTH
    assert letter.values["missing"] == ["a channel shown at work"]
    assert letter.values["asked"] == ["3 short tutorials", "a draft with feedback every week"]
    silent = scene.until("2026-08-01T00:00Z")
    assert [name for name, _ in lacking(silent)] == ["teach and do", "iterate", "scale and hand off"]
    assert lacking(silent)[-1][1] == [("brief", 1), ("outcome", 1), ("next_steps", 1), ("memo", 1)]


def test_r66_late_evidence_completes_a_phase_late_and_nobody_is_asked_any_more() -> None:
    scene = made(sprint().until("2026-03-12T09:00Z"), "channel_demo")
    assert [(event.name, event.late) for event in scene.of(PhaseCompleted)] == [("kickoff", True)]
    assert "evidence-1" not in scene.state.ledger.open
    asked = sprint().until("2026-03-16T08:00Z")
    assert ("phase_evidence", BOTH) in notified(asked)
    assert not [one for one in notified(scene.until("2026-03-17T08:00Z")) if one[0] == "phase_evidence"]


def test_r67_no_holiday_moves_the_end_of_a_phase() -> None:
    scene = sprint(holidays=("2026-03-09", "2026-03-10")).until(WEEK_2)
    assert lacking(scene) == [("kickoff", [("channel_demo", 1)])]
    letters = notified(scene.until("2026-03-11T00:00Z").until("2026-03-11T08:00Z"))
    assert ("phase_begins", BOTH) in letters, "in working hours"


def test_r66_the_last_phase_waits_for_the_memo_beyond_the_end_of_the_pair() -> None:
    scene = held(sprint(), 1).until(MEMO_DUE)
    assert lacking(scene)[-1][0] == "scale and hand off"
    late = made(scene, "brief").when(RecordOutcome(value=1, attainment=0), by=MENTOR).when(MEMO, by=MENTOR)
    assert [(event.name, event.late) for event in late.of(PhaseCompleted)] == [("scale and hand off", True)]


def test_r66_a_waived_memo_is_no_memo() -> None:
    scene = made(held(sprint(), 1).until("2026-05-26T08:00Z"), "brief")
    scene = scene.when(RecordOutcome(value=1, attainment=0), by=MENTOR).when(WaiveMemo(reason="-"), by=LEAD)
    assert not scene.of(PhaseCompleted)
    assert lacking(scene.until("2026-08-01T00:00Z")) == [
        ("scale and hand off", [("next_steps", 1), ("memo", 1)])
    ]


def test_a_pair_that_ends_before_its_time_is_asked_for_nothing_more() -> None:
    scene = sprint().until("2026-03-12T09:00Z").when(EndPair(state="ended_by_choice", reason="-"), by=LEAD)
    after = scene.until("2026-08-01T00:00Z")
    assert not after.of(PhaseOverdue)
    assert not after.of(PhaseEntered)
    assert not [one for one in notified(after) if one[0].startswith("phase_")]


# --- what counts ----------------------------------------------------------------------------------------


def teach(scene: Pair) -> list[tuple[str, int]]:
    """What the phase `teach and do` lacks at its end."""
    return dict(lacking(scene.until(WEEK_5)))["teach and do"]


def test_r63_drafts_count_once_a_week_and_only_with_feedback() -> None:
    scene = made(sprint().until(WEEK_2), "tutorial", 3)
    assert teach(scene) == [("draft", 3)]
    assert teach(made(scene, "draft", 3)) == [("draft", 3)]
    assert teach(drafted(drafted(scene, "2026-03-10T09:00Z"), "2026-03-12T09:00Z")) == [("draft", 2)]
    for day in ("2026-03-10T09:00Z", "2026-03-18T09:00Z"):
        scene = drafted(scene, day)
    assert teach(scene) == [("draft", 1)]


def test_r66_drafts_that_were_missing_may_follow_several_in_a_week() -> None:
    scene = made(sprint().until(WEEK_2), "tutorial", 3).until(WEEK_5)
    for hour in ("10", "11"):
        scene = drafted(scene, f"2026-03-31T{hour}:00Z")
        assert not scene.of(PhaseCompleted)
    scene = drafted(scene, "2026-03-31T12:00Z")
    assert [(event.name, event.late) for event in scene.of(PhaseCompleted)] == [("teach and do", True)]


def test_r65_an_insight_is_not_yet_a_changed_decision() -> None:
    phase = Phase(name="all", first_week=1, last_week=12, evidence=(Evidence(kind="decision"),))
    scene = active(phases=(phase,)).when(RecordInsight(what="short titles"), by=MENTOR)
    assert not scene.of(PhaseCompleted)
    scene = scene.when(ChangeDecision(insight=1, what="five words"), by=MENTOR)
    assert scene.of(PhaseCompleted)


# --- late, paused, reshuffled ---------------------------------------------------------------------------


def test_a_late_pair_has_the_first_phase_and_the_one_of_its_week() -> None:
    scene = prepared(phases=SPRINT).until("2026-04-01T09:00Z")
    scene = scene.when(NoteKickoffAttended(people=BOTH), by="system")
    entered = scene.of(PhaseEntered)
    assert [(event.number, event.name) for event in entered] == [(1, "kickoff"), (3, "iterate")]
    assert {event.until.isoformat()[:10] for event in entered} == {"2026-04-27"}
    after = scene.until(WEEK_9)
    assert [name for name, _ in lacking(after)] == ["kickoff", "iterate"]
    assert [event.name for event in after.of(PhaseEntered)] == ["scale and hand off"]


def test_a_pair_that_never_works_has_no_phases() -> None:
    scene = formed(phases=SPRINT).until("2026-08-01T00:00Z")
    assert not [event for _, event in scene.history if isinstance(event, PhaseEntered | PhaseOverdue)]


def test_pairs_of_earlier_releases_have_no_phases() -> None:
    scene = active().until("2026-08-01T00:00Z")
    assert not [event for _, event in scene.history if isinstance(event, PhaseEntered | PhaseOverdue)]


def test_g20_in_a_pause_nobody_is_asked_for_evidence_and_the_time_goes_on() -> None:
    scene = in_pulse(phases=SPRINT).when(pulse(safety=2), by=MENTEE)
    scene = scene.until("2026-04-28T09:00Z")
    assert not [one for one in notified(scene) if one[0].startswith("phase_")]
    assert [name for name, _ in lacking(scene)] == ["iterate"]
    goes_on = resumed(scene)
    later = goes_on.later(hours=2)
    assert ("phase_begins", BOTH) in notified(later)
    # What the pause held back is due with its end: nobody was late with it.
    assert [mail.due_at for mail in later.of(PairReminded) if mail.template == "phase_begins"] == [goes_on.at]


@pytest.mark.parametrize("name", LENGTHS)
def test_every_preset_asks_for_evidence_in_every_phase_up_to_the_memo(name: str) -> None:
    for weeks in range(LENGTHS[name][0], LENGTHS[name][1] + 1):
        shape = preset(name, weeks)
        assert all(phase.evidence for phase in shape.phases)
        assert [one.kind for one in shape.phases[0].evidence[:2]] == ["goal", "cadence"]
        assert [one.kind for one in shape.phases[-1].evidence[-3:]] == ["outcome", "next_steps", "memo"]


def test_phases_of_the_sprint_are_those_of_the_specification() -> None:
    """domain.md section 7, last lines."""
    found = {phase.name: [(one.kind, one.count, one.weekly) for one in phase.evidence] for phase in SPRINT}
    assert found == {
        "kickoff": [("goal", 1, False), ("cadence", 1, False), ("channel_demo", 1, False)],
        "teach and do": [("tutorial", 3, False), ("draft", 1, True)],
        "iterate": [("experiment", 1, False), ("targeting_change", 1, False), ("insight", 1, False)],
        "scale and hand off": [
            ("brief", 1, False),
            ("outcome", 1, False),
            ("next_steps", 1, False),
            ("memo", 1, False),
        ],
    }
