"""How a run is divided: nothing is lost, and what is named exists."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.order import LONGEST, TOGETHER, ordered, unit

ROOT = Path(__file__).parents[1]


def test_every_file_named_is_there() -> None:
    named = {*LONGEST, *(file for files in TOGETHER for file in files)}
    assert not [file for file in sorted(named) if not (ROOT / file).is_file()]


def test_a_group_stays_together_and_the_longest_come_first() -> None:
    first, second = TOGETHER[-1][:2]
    ids = ["tests/a.py::one", f"{second}::one", "tests/b.py::one", f"{first}::one", "tests/a.py::two"]
    items: list[Any] = [SimpleNamespace(nodeid=one) for one in ids]
    units = [unit(item.nodeid) for item in ordered(items)]
    assert units == [first, first, "tests/a.py", "tests/a.py", "tests/b.py"]
    assert {item.nodeid for item in ordered(items)} == set(ids)
