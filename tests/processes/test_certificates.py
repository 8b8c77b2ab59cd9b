"""A certificate is for partners of a pair that graduated; no refusal tells more than another (R92, G6)."""

from __future__ import annotations

import pytest

from tests.processes.test_calendars import stored
from tests.rules.pair.stage import (
    LEAD,
    MENTEE,
    MENTOR,
    STEWARD,
    Pair,
    active,
    endpoint,
    formed,
    held,
    paused,
)
from turnabout.commands.pair_closing import EndPair
from turnabout.contact import Contact
from turnabout.errors import Rejected
from workers import certificates

OVER = "2026-05-26T08:00Z"
REFUSED = f"[R92] there is no certificate of this pair for {MENTEE}. "


def graduated() -> Pair:
    scene = held(active(), 1, 2).until("2026-05-19T08:00Z")
    scene = scene.when(endpoint(safety=1), by=MENTEE).when(endpoint(), by=MENTOR).until(OVER)
    assert scene.state.end_state == "graduated"
    return scene


def ended(state: str, by: str) -> Pair:
    left = [MENTOR] if state in {"withdrawn", "ended_by_exit"} else []
    wish = EndPair.model_validate({"state": state, "reason": "It was too much", "left": left})
    return held(active(), 1).when(wish, by=by)


def certificate(scene: Pair, person: str, name: str = "Ada Lovelace") -> str:
    contact = Contact(id=person, name=name, email="a@example.org", timezone="UTC")
    made = certificates.of_pair(stored(scene), person, cohort_name="Future Skills", contact=contact)
    assert made.pages == 1
    return made.markdown


@pytest.mark.parametrize(
    ("person", "role"), [(MENTOR, "a junior who taught"), (MENTEE, "a leader who learned")]
)
def test_who_graduated_gets_one_that_says_participation_and_role(person: str, role: str) -> None:
    """R92: and nothing of the other, of the goal or of an answer."""
    text = certificate(graduated(), person)
    assert "**Ada Lovelace**" in text
    assert role in text
    assert "from 2 March 2026 to 25 May 2026, met 2 times, and graduated" in text
    other = MENTEE if person == MENTOR else MENTOR
    assert f"{other}-" not in text
    for secret in ("followers", "safety", "pause", "check-in", "red"):
        assert secret not in text.split("graduated.")[0].replace("Future Skills", "")


@pytest.mark.parametrize(
    "scene",
    [
        formed,
        active,
        paused,
        lambda: ended("ended_by_choice", LEAD),
        lambda: ended("ended_for_safety", STEWARD),
        lambda: ended("withdrawn", LEAD),
        lambda: ended("ended_by_exit", LEAD),
        lambda: active().until(OVER),
    ],
    ids=["forming", "active", "paused", "choice", "safety", "withdrawn", "exit", "never met"],
)
def test_nobody_else_gets_one_and_all_read_the_same(scene: object) -> None:
    """R92, G6: why somebody did not graduate is nobody's to read."""
    assert callable(scene)
    with pytest.raises(Rejected) as refused:
        certificate(scene(), MENTEE)
    assert str(refused.value).startswith(REFUSED)


@pytest.mark.parametrize("person", [LEAD, STEWARD, "stranger"])
def test_only_the_partners_have_one(person: str) -> None:
    with pytest.raises(Rejected, match=person):
        certificate(graduated(), person)


def test_somebody_who_is_not_in_the_directory_has_one_by_id() -> None:
    made = certificates.of_pair(stored(graduated()), MENTOR, cohort_name="Future Skills", contact=None)
    assert f"**{MENTOR}**" in made.markdown
