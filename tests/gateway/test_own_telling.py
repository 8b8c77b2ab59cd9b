"""My data reads as a person would say it (R109). Pure."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from workers.own_telling import Line, Reader, paragraphs, people_in

READER = Reader("p-1", ZoneInfo("Europe/Berlin"), {"p-2": "Jonas Keller", "p-3": "Aylin Demir"})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("weekday", 2, "weekday: Wednesday"),
        ("at", "14:30:00", "at: 14:30"),
        ("due_on", "2027-03-10", "due: Wednesday 10 March 2027"),
        (
            "duties",
            {"closing": "2027-03-10T14:00:00Z"},
            "duties: closing: Wednesday 10 March 2027, 15:00 (Europe/Berlin)",
        ),
        ("mentors", ["p-3", "p-2"], "mentors: Aylin Demir, Jonas Keller"),
        ("mentee", "p-9", "mentee: somebody who is not in the directory any more"),
        ("owner", "p-1", "owner: you"),
        ("reason", "no_time", "reason: no time"),
        ("late", False, "late: no"),
        ("value", 250.0, "value: 250"),
        ("safety", 4, "safety: 4"),
        ("safety", "sealed", "safety: sealed"),
        (
            "gaps",
            [{"skill": "short video", "current": 2, "target": 4}],
            "gaps: short video, from level 2 to level 4",
        ),
        ("deliverables", ["a plan, long", "a list"], "deliverables: a plan, long; a list"),
    ],
)
def test_a_value_reads_as_people_say_it(name: str, value: Any, said: str) -> None:
    (line,) = READER.lines({name: value})
    assert f"{line.name}: {line.text}" == said


def test_a_long_text_stands_in_paragraphs_without_marks() -> None:
    text = "# Our charter\n\nWe **learn**\nfrom juniors.\n\n- kickoff\n- [closing](x)\n---\n1. one\n2. two\n"
    assert list(paragraphs(text)) == [
        "Our charter",
        "We learn from juniors.",
        "• kickoff",
        "• closing",
        "1. one",
        "2. two",
    ]
    (line,) = READER.lines({"text": text})
    assert line == Line("text", paragraphs=tuple(paragraphs(text)))


def test_names_are_looked_up_for_people_whom_the_reader_met_alone() -> None:
    """G6: managers, conflicts and owners are no part of it."""
    values = {"mentors": ["p-2", "p-3"], "mentee": "p-4", "conflicts": ["p-5"], "reports_to": ["m-1"]}
    assert set(people_in(values)) == {"p-2", "p-3", "p-4"}
