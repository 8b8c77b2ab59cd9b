"""What pydantic finds reaches people in our words; none of its own gets through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from tests.spec.files import SOUND
from turnabout.commands.cohort import CohortCommand
from turnabout.commands.pair import PairCommand
from turnabout.contact import Contact
from turnabout.faults import count, told
from turnabout.spec import CohortSpec, Outcome

COMMAND = Annotated[CohortCommand, Field(discriminator="type")]
FOREIGN = re.compile(
    r"[Ii]nput|[Tt]uple|String|pattern|[Ee]xtra|Value error|validation|dictionary|instance of"
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
VALUES: st.SearchStrategy[Any] = PLAIN | st.sampled_from([[], [[]], {"a": 1}, ["x"], {}])


def problems(model: Any, value: Any) -> Iterator[str]:
    try:
        TypeAdapter(model).validate_python(value)
    except ValidationError as error:
        yield from told(error)


def test_a_fault_names_its_place_and_what_belongs_there() -> None:
    spec = {**SOUND, "kpis": [{"id": "K99", "name": "", "outcome": "fame"}], "seed": "x", "wings": 2}
    spec["people"] = [{**SOUND["people"][0], "level": 21, "skills": "video", "high_potential": "maybe"}]
    outcomes = [repr(one) for one in get_args(Outcome)]
    assert set(problems(CohortSpec, spec)) == {
        "kpis[0].id: it must be one of K1 to K16",
        "kpis[0].name: it is empty",
        f"kpis[0].outcome: it must be {', '.join(outcomes[:-1])} or {outcomes[-1]}",
        "people[0].level: it must be at most 20",
        "people[0].skills: it must be a list",
        "people[0].high_potential: it must be true or false",
        "seed: it must be a whole number",
        "wings: there is no such field",
    }
    contact = {"id": "A", "name": "x" * 281, "email": "ada", "timezone": "Mars/Base", "language": "?"}
    assert list(problems(Contact, contact)) == [
        "id: an id has lower-case letters, digits, - and _, at most 63",
        "name: it may have at most 280 characters",
        "email: it must be one address, such as someone@example.org",
        "timezone: 'Mars/Base' is no time zone of the IANA database, such as Europe/Berlin",
        "language: it must be a language's tag, such as en or pt-br",
    ]
    assert list(problems(COMMAND, {"type": "lunch"})) == ["there is no command of the type 'lunch'"]
    assert list(problems(COMMAND, {})) == ["it does not say its type"]


@pytest.mark.parametrize("model", [CohortSpec, Contact, *get_args(CohortCommand), *get_args(PairCommand)])
@given(value=VALUES)
def test_no_word_of_the_library_reaches_anybody(model: Any, value: Any) -> None:
    for given_as in (value, dict.fromkeys(model.model_fields, value)):
        for problem in problems(model, given_as):
            own = problem.replace(repr(value), "")  # what was given may hold such a word
            assert not FOREIGN.search(own), problem


def test_one_is_one() -> None:
    assert [count(n, "row") for n in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]
    assert count(1, "person", "people") == "1 person"
