"""Instruments (R55, R58, R59): the house's items, own ones, how answers become scores, what is banned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.spec.files import changed
from tests.spec.files import write as write_spec
from turnabout.checks import check
from turnabout.cli.main import run
from turnabout.errors import InvalidInput
from turnabout.instrument_file import read_instrument
from turnabout.instruments import (
    ENGAGEMENT,
    HOUSE,
    NEEDED,
    PULSE,
    REGISTRY,
    RETENTION,
    SKILL,
    Instrument,
    form_of,
    scores,
)
from turnabout.load import load_spec
from turnabout.policy import Policy

SAFETY: dict[str, Any] = {
    "id": "team-safety",
    "version": 2,
    "name": "Seven items on safety in a team",
    "licence": "used by permission of its author",
    "source": "a paper of 1999",
    "lowest": 1,
    "highest": 7,
    "items": [
        {
            "id": f"item-{number}",
            "text": f"Statement {number}",
            "measure": "team-safety",
            "reversed": number in {1, 3, 5},
            "action": "The steward offers a talk to everybody",
        }
        for number in range(1, 8)
    ],
}


def save(folder: Path, content: dict[str, Any], name: str = "safety.yaml") -> Path:
    file = folder / name
    file.write_text(yaml.safe_dump(content), encoding="utf-8")
    return file


def write(folder: Path, *instruments: Any) -> Path:
    """A spec file that names these instruments; the house's by default, where there are none."""
    named = {"instruments": list(instruments)} if instruments else {}
    return write_spec(folder, {**changed(), **named})


def test_r55_the_house_asks_for_engagement_intent_and_skill_in_five_questions() -> None:
    measures = [item.measure for item in HOUSE.items]
    assert measures == [ENGAGEMENT, ENGAGEMENT, ENGAGEMENT, RETENTION, SKILL]
    assert set(measures) == set(NEEDED)
    assert HOUSE.rescaled == (ENGAGEMENT,)


def test_r58_a_pulse_has_five_questions_at_most_and_every_question_an_action() -> None:
    assert len(PULSE.items) + 2 <= 5, "two free texts go with the rated ones"
    for one in REGISTRY.values():
        assert all(item.action.endswith(".") for item in one.items), one.id
        assert one.licence


def test_no_item_of_the_house_is_gallups() -> None:
    text = " ".join(item.text for one in REGISTRY.values() for item in one.items).lower()
    for banned in ("best friend", "opportunity to do what", "materials and equipment", "mission or purpose"):
        assert banned not in text


def test_engagement_goes_from_0_to_100_and_the_rest_stays_on_its_scale() -> None:
    answers = {"energy": 5, "meaning": 3, "voice": 1, "staying": 4, "skill": 2}
    named = {f"house.{name}": value for name, value in answers.items()}
    assert scores((HOUSE,), named) == {ENGAGEMENT: 50.0, RETENTION: 4.0, SKILL: 2.0}
    assert scores((HOUSE,), {"house.energy": 5, "house.voice": 4}) == {ENGAGEMENT: 87.5}
    assert scores((HOUSE,), {"house.energy": 5}) == {}, "one of three is too little"


def test_reversed_items_are_turned_round(tmp_path: Path) -> None:
    """All sevens on four straight and three reversed items: (4 x 7 + 3 x 1) / 7."""
    own = read_instrument(save(tmp_path, SAFETY)).instrument
    assert own.edition == "team-safety@2"
    best = {f"team-safety.item-{number}": 1 if number in {1, 3, 5} else 7 for number in range(1, 8)}
    assert own.scores(best) == {"team-safety": 7.0}
    sevens = dict.fromkeys(best, 7)
    assert own.scores(sevens) == {"team-safety": pytest.approx(31 / 7)}


def test_yes_and_no_are_one_and_nought() -> None:
    assert PULSE.scores({"house-pulse.recommend": 1})["recommend"] == 1.0
    assert PULSE.range_of(PULSE.items[2]) == (0, 1)


def test_an_instrument_of_ones_own_stands_beside_the_houses(tmp_path: Path) -> None:
    save(tmp_path, SAFETY)
    spec = load_spec(write(tmp_path, "house", {"file": "safety.yaml"})).spec
    assert form_of(spec.instruments) == "house@1+team-safety@2"
    assert load_spec(write(tmp_path)).spec.instruments == (HOUSE,)


def problems(tmp_path: Path, *instruments: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        load_spec(write(tmp_path, *instruments))
    return str(caught.value)


def test_what_is_wrong_with_instruments_is_said_with_its_place(tmp_path: Path) -> None:
    save(tmp_path, {**SAFETY, "items": [{"id": "x", "text": "y", "measure": "z"}]})
    told = problems(tmp_path, "house", {"file": "safety.yaml"}, "horse")
    assert "safety.yaml:4: items[0].action: it is missing." in told
    assert "at least 1 entry" not in told, "there is one, and it has been told of"
    assert "there is no instrument 'horse'. Choose house, house-pulse" in told
    save(tmp_path, SAFETY)
    assert "[R55] No item asks for engagement" in problems(tmp_path, {"file": "safety.yaml"})
    assert "[R59] house stands there 2 times" in problems(tmp_path, "house", "house")
    twice = {**SAFETY, "items": [SAFETY["items"][0]] * 2}
    save(tmp_path, twice)
    assert "2 items have the id item-1" in problems(tmp_path, "house", {"file": "safety.yaml"})


@pytest.mark.parametrize("field", ["id", "name", "source", "licence"])
def test_gallups_items_are_refused_wherever_they_name_themselves(tmp_path: Path, field: str) -> None:
    save(tmp_path, {**SAFETY, field: "gallup-q12" if field == "id" else "The Gallup Q12"})
    assert "Gallup's items may not be used" in problems(tmp_path, "house", {"file": "safety.yaml"})


def test_a_wave_of_many_questions_is_warned_of(tmp_path: Path) -> None:
    many = [{**SAFETY["items"][0], "id": f"item-{number}"} for number in range(1, 13)]
    save(tmp_path, {**SAFETY, "items": many})
    loaded = load_spec(write(tmp_path, "house", {"file": "safety.yaml"}))
    assert any("A wave asks 17 questions" in notice for notice in loaded.notices)


def test_without_waves_nothing_has_to_be_asked(tmp_path: Path) -> None:
    spec = load_spec(write(tmp_path)).spec
    off = Policy.model_validate({"measurement": {"waves": False}})
    none = spec.model_copy(update={"instruments": (), "policy": off})
    assert not [one for one in check(none).problems if one.path[0] == "instruments"]
    assert check(spec.model_copy(update={"instruments": ()})).problems


def test_an_instrument_can_be_looked_at_before_a_cohort_uses_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["instrument", "show", "house"]) == 0
    assert "I expect to be working here" in capsys.readouterr().out
    assert run(["instrument", "show", str(save(tmp_path, SAFETY))]) == 0
    assert "team-safety@2" in capsys.readouterr().err
    assert run(["instrument", "show", str(save(tmp_path, {**SAFETY, "source": "Gallup"}))]) == 2
    assert "may not be used" in capsys.readouterr().err
    assert run(["instrument", "show", "horse"]) == 2
    assert run(["instrument", "list"]) == 0
    assert isinstance(HOUSE, Instrument)
