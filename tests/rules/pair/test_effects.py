"""What the outside world is asked for, and what operators see: times and places, no answers."""

from __future__ import annotations

from datetime import date

import pytest

from events.contracts import Notify, Tell
from events.templates import TEMPLATES
from tests.rules.pair.stage import (
    BOTH,
    KICKOFF,
    LEAD,
    MENTOR,
    SYSTEM,
    Pair,
    active,
    formed,
    held,
    in_pulse,
    paused,
    resumed,
)
from turnabout.commands.cohort import COHORT_COMMANDS
from turnabout.commands.pair_closing import WaiveMemo
from turnabout.prompts import suggest


def messages(scene: Pair) -> list[Notify]:
    return [effect for effect in scene.effects if isinstance(effect, Notify)]


def tells(scene: Pair) -> list[tuple[str, str]]:
    return [
        (effect.command_id, COHORT_COMMANDS.validate_python(effect.envelope.command).type)
        for effect in scene.effects
        if isinstance(effect, Tell)
    ]


def test_a_session_reminder_says_when_and_where() -> None:
    scene = active().until("2026-03-03T14:00Z")
    (message,) = [one for one in messages(scene) if one.template == "session_reminder"]
    assert message.to == BOTH
    prompt = suggest("pair-q1-07", 1, 12)
    assert prompt is not None
    assert message.values == {
        "prompt": prompt.text,
        "pair": "pair-q1-07",
        "item": "session-01",
        "number": 1,
        "starts_at": "2026-03-04T13:00:00+00:00",
        "local_start": "2026-03-04 14:00",
        "timezone": "Europe/Berlin",
        "channel": "video",
    }
    assert message.useful_until is not None


@pytest.mark.parametrize(
    ("template", "value", "expected"),
    [
        ("prepare_pair", "closes_at", "2026-03-09"),
        ("pair_activated", "starts_at", "2026-03-04"),
        ("pulse_invitation", "closes_at", "2026-04-13"),
        ("milestone_invitation", "closes_at", "2026-04-13"),
        ("midpoint_decision", "closes_at", "2026-04-20"),
        ("endpoint_invitation", "closes_at", "2026-05-29"),
        ("pair_ended", "closes_at", "2026-05-29"),
        ("memo_due", "closes_at", "2026-05-29"),
    ],
)
def test_messages_name_their_time(template: str, value: str, expected: str) -> None:
    lived = formed().until(KICKOFF).effects + active().until("2026-06-20T00:00Z").effects
    found = [one for one in lived if isinstance(one, Notify) and one.template == template]
    assert found
    assert all(str(one.values[value]).startswith(expected) for one in found)


def test_every_message_has_a_template() -> None:
    scenes = (
        active().until("2026-06-20T00:00Z"),
        formed().until("2026-06-20T00:00Z"),
        paused().until("2026-06-20T00:00Z"),
        resumed(paused().later(days=9)).later(days=1),
    )
    assert {message.template for scene in scenes for message in messages(scene)} <= set(TEMPLATES)


def test_the_cohort_learns_of_start_end_and_memo_once() -> None:
    assert tells(active()) == [
        ("pair-q1-07:activated", "note_pair_activated"),
        ("pair-q1-07:first-session-1-1-202603041300", "note_first_session"),
    ]
    ended = active().until("2026-05-30T00:00Z")
    assert tells(ended) == [("pair-q1-07:ended", "note_pair_ended")]
    assert tells(ended.when(WaiveMemo(reason="Both have left."), by=SYSTEM)) == [
        ("pair-q1-07:memo", "note_memo_filed")
    ]


@pytest.mark.parametrize(
    ("scene", "phase", "attention"),
    [
        (formed, "forming", False),
        (lambda: formed().until("2026-03-12T00:00Z"), "forming", True),
        (active, "kickoff", False),
        (lambda: held(active(), 1, 2), "teach and do", False),
        (in_pulse, "iterate", False),
        (paused, "iterate", False),
        (lambda: paused().until("2026-04-13T08:00Z"), "paused", True),
        (lambda: active(weeks=5, preset="skills_sprint", ends_on=date(2026, 5, 25)), "teach", False),
        (lambda: active().until("2026-05-26T00:00Z"), "ended", False),
        (lambda: held(active(), 1).until("2026-05-26T00:00Z"), "graduated", False),
        (lambda: held(active(), 1).until("2026-06-20T00:00Z"), "graduated", True),
    ],
)
def test_the_summary(scene: object, phase: str, attention: bool) -> None:
    reached: Pair = scene()  # type: ignore[operator]
    shown = reached.decider.summarize(reached.state)
    assert (shown.phase, shown.attention) == (phase, attention)
    assert shown.title == "Pair 7 of q1"
    assert (shown.program, shown.cohort) == ("reverse", "q1")
    assert not {MENTOR, LEAD} & set(shown.details.split())
