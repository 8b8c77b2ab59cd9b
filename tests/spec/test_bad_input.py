"""Whatever a file holds, reading it either works or ends in one clear error; nothing else ever escapes."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.spec.files import SOUND
from turnabout.errors import InvalidInput
from turnabout.load import LoadedSpec, load_spec
from turnabout.plan import plan
from turnabout.roster import read_roster

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=20)
HEADER = "id,name,email,role,level,function,location,timezone,gaps,skills,high_potential,Age"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bad")


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, Any]:
    """The sound spec with one to three places replaced, removed or added."""
    data = deepcopy(SOUND)
    for _ in range(draw(st.integers(1, 3))):
        place: Any = data
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
                continue
            change = draw(st.sampled_from(["replace", "remove", "add"]))
            if change == "remove":
                del place[key]
            elif change == "add" and isinstance(place, dict):
                place[draw(st.text(max_size=8))] = draw(JSON)
            else:
                place[key] = draw(JSON)
            break
    return data


def outcome(path: Path) -> LoadedSpec | InvalidInput:
    try:
        return load_spec(path)
    except InvalidInput as refused:
        return refused


@given(damaged())
def test_a_damaged_spec_loads_or_is_refused_with_its_problems(folder: Path, data: dict[str, Any]) -> None:
    path = folder / "cohort.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    found = outcome(path)
    if isinstance(found, InvalidInput):
        assert found.problems, found
        assert all(problem.startswith("cohort.json") for problem in found.problems)
    else:
        assert plan(found.spec).items


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_no_reason_to_crash(folder: Path, raw: bytes) -> None:
    for name in ("cohort.yaml", "cohort.json"):
        path = folder / name
        path.write_bytes(raw)
        assert isinstance(outcome(path), InvalidInput)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=13), max_size=6))
def test_every_row_of_any_file_is_loaded_or_reported(folder: Path, rows: list[list[str]]) -> None:
    path = folder / "people.csv"
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path.write_text("\n".join([HEADER, *quoted]), encoding="utf-8", newline="")
    roster = read_roster(path)
    filled = sum(any(cell.strip() for cell in row) for row in rows)
    assert len(roster.contacts) + len({bad.row for bad in roster.rejected}) == filled


@given(st.text(max_size=300))
def test_any_text_is_a_roster_or_refused(folder: Path, text: str) -> None:
    path = folder / "people.csv"
    path.write_bytes(f"{HEADER}\n{text}".encode("utf-8", "replace"))
    try:
        roster = read_roster(path)
    except InvalidInput:
        return
    assert all(bad.reason for bad in roster.rejected)
