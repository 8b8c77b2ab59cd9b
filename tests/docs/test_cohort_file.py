"""The page of the cohort file is what the models say, and the smallest file on it starts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from turnabout.errors import InvalidInput
from turnabout.instruments import HOUSE
from turnabout.kpi_names import KPIS
from turnabout.load import load_spec
from turnabout.mapping import FIELDS
from turnabout.plan import plan
from turnabout.spec import KPI_PATTERN, CohortSpec
from workers.cohort_file import PAGE, SECTIONS, tables, with_tables


def block(kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found
    return found.group(1)


def test_the_tables_are_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert tables() in page, "Run: python -m workers.cohort_file"
    assert with_tables(page) == page


def test_every_field_says_what_it_means() -> None:
    models: tuple[type[BaseModel], ...] = (CohortSpec, *(model for _, model in SECTIONS))
    silent = [
        f"{one.__name__}.{name}"
        for one in models
        for name, at in one.model_fields.items()
        if not at.description
    ]
    assert not silent
    told = tables()
    assert all(f"\n| `{name}` |" in told for model in models for name in model.model_fields)
    assert all(f"\n| `{name}` |" in told for name in FIELDS)


def test_every_kpi_that_a_charter_may_name_is_told() -> None:
    """R32: the ids are those that the spec takes."""
    assert list(KPIS) == [f"K{number}" for number in range(1, 17)]
    assert all(re.match(KPI_PATTERN, name) for name in KPIS)


def test_the_smallest_file_loads_and_plans(tmp_path: Path) -> None:
    """G13: two pairs start with a reason; R34: the gaps of people.csv are read as the page says."""
    (tmp_path / "cohort.yaml").write_text(block("yaml"), encoding="utf-8")
    (tmp_path / "people.csv").write_text(block("csv"), encoding="utf-8")
    loaded = load_spec(tmp_path / "cohort.yaml")
    assert [person.role for person in loaded.spec.people] == ["mentor", "mentor", "mentee", "mentee"]
    first = loaded.spec.people[2]
    assert [(gap.skill, gap.current, gap.target) for gap in first.gaps] == [
        ("short video", 2, 4),
        ("podcasts", 1, 3),
    ]
    assert plan(loaded.spec).items
    assert loaded.spec.instruments == (HOUSE,)


def test_nothing_of_the_smallest_file_may_be_left_out(tmp_path: Path) -> None:
    """And what is said of a file that lacks something leads to the page. Support contacts may come later,
    though pairs name one (R72)."""
    (tmp_path / "people.csv").write_text(block("csv"), encoding="utf-8")
    for given in set(re.findall(r"^(\w+):", block("yaml"), re.MULTILINE)) - {"support_contacts"}:
        left = re.sub(rf"^{given}:.*\n(?:  .*\n)*", "", block("yaml"), flags=re.MULTILINE)
        (tmp_path / "less.yaml").write_text(left, encoding="utf-8")
        with pytest.raises(InvalidInput, match=r"docs/cohort-file\.md"):
            load_spec(tmp_path / "less.yaml")
