"""What somebody reads of a pause for safety and of a routine one is the same but for names and dates (G6)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from activities.letters import render
from events.contracts import Effect, Notify
from tests.rules.pair.stage import (
    BOTH,
    CONCERN,
    LEAD,
    MENTEE,
    MENTOR,
    SECRET,
    STEWARD,
    Pair,
    active,
    in_pulse,
    policy,
    prepared,
    pulse,
    resumed,
)
from turnabout.commands.pair_care import DrawLot, RecordStewardContact
from turnabout.commands.pair_closing import EndPair
from turnabout.commands.pair_preparation import NoteKickoffAttended
from workflows.rules.pair_decoy import drawn

Text = tuple[str, str, str]
DATES = re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day \d{1,2} \w+ \d{4}, \d\d:\d\d|\d{4}-\d\d-\d\d")
OTHER = {"cohort": "autumn", "number": 3}
"""Another pair, of another cohort."""


def blotted(scene: Pair, effect: Notify, person: str, name: str) -> Text:
    """A letter's subject, text and page without names and dates."""
    terms = scene.state.agreed
    letter = render(
        effect.template,
        recipient=name,
        zone=terms.zones.get(person, terms.timezone),
        stream=scene.state.stream,
        due_at=effect.due_at,
        values=effect.values,
    )
    hidden = (scene.state.stream, scene.state.stream.removeprefix("pair-"), terms.cohort, name)

    def blot(text: str) -> str:
        for one in hidden:
            text = text.replace(one, "NAME")
        return DATES.sub("DATE", " ".join(text.split()))

    return blot(letter.subject), blot(letter.body), blot(letter.html)


def low_in_wave() -> Pair:
    """The mentee answers low."""
    return in_pulse().when(pulse(safety=1), by=MENTEE)


def drawn_in_wave() -> Pair:
    """Both are well, and the pair was drawn."""
    scene = in_pulse(policy=policy(decoys=100), **OTHER)
    return scene.when(pulse(), by=str(drawn(scene.state, 1)))


def concern_between_waves() -> Pair:
    """The mentor confides in the steward while no wave is open."""
    return active().until("2026-03-12T10:00Z").when(CONCERN, by=MENTOR)


def drawn_between_waves() -> Pair:
    """The hour of a pair between two waves has come, and it is drawn."""
    scene = prepared(policy=policy(between=100, secret=True), **OTHER).when(DrawLot(secret=SECRET))
    scene = scene.until("2026-03-02T09:00Z").when(NoteKickoffAttended(people=BOTH))
    hour = scene.state.ledger.open["lot-1"].chase.steps[0].at
    return replace(scene.until(hour - timedelta(seconds=1)), at=hour).run()


def letters(begin: Callable[[], Pair], name: str, *, goes_on: bool) -> dict[str, list[Text]]:
    """What each gets of the pause, from its beginning to a week after its end, in order."""
    scene = begin()
    effects: list[Effect] = [*scene.effects]
    scene = scene.later(days=8)
    effects += scene.effects
    scene = scene.when(RecordStewardContact(), by=STEWARD)
    scene = resumed(scene) if goes_on else scene.when(EndPair(state="ended_by_choice", reason="-"), by=LEAD)
    scene = scene.later(days=7)
    effects += scene.effects
    told = [effect for effect in effects if isinstance(effect, Notify)]
    return {
        person: [
            text
            for effect in told
            if person in effect.to
            for text in (blotted(scene, effect, person, name),)
            # Letters of sessions, pulses and phases come at other times for other pairs.
            if "check-in" in text[0]
        ]
        for person in (*BOTH, LEAD, STEWARD)
    }


@pytest.mark.parametrize(
    ("for_safety", "routine"),
    [(low_in_wave, drawn_in_wave), (concern_between_waves, drawn_between_waves)],
    ids=["in a wave", "between waves"],
)
@pytest.mark.parametrize("goes_on", [True, False])
def test_g6_a_pause_for_safety_reads_like_a_routine_one(
    for_safety: Callable[[], Pair], routine: Callable[[], Pair], goes_on: bool
) -> None:
    low = letters(for_safety, "Ada Lovelace", goes_on=goes_on)
    by_lot = letters(routine, "Kim Lou", goes_on=goes_on)
    for person in (*BOTH, LEAD):
        assert low[person] == by_lot[person], person
    expected = ["Routine check-in", *(["Routine check-in completed"] if goes_on else [])]
    for person in BOTH:
        assert [subject for subject, *_ in low[person]] == expected
    assert low[STEWARD] != by_lot[STEWARD], "the steward alone can tell them apart"


def test_g6_what_is_blotted_out_are_names_and_dates_alone() -> None:
    scene = low_in_wave().until("2026-04-13T12:00Z")
    (effect,) = (
        one for one in scene.effects if isinstance(one, Notify) and one.template == "routine_check_in"
    )
    subject, body, _ = blotted(scene, effect, MENTOR, "Ada Lovelace")
    assert subject == "Routine check-in"
    assert body.startswith("Hello NAME, Your pair has a routine check-in, which is a normal part")
    assert body.count("NAME") <= 4
