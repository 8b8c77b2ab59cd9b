"""The draft of the charter says all that the sponsor signs, on one page (R1, R26, R28, R29, R32)."""

from __future__ import annotations

import hashlib

import pytest

from tests.spec.files import spec
from turnabout.charter import MATRIX, draft
from turnabout.errors import Rejected
from turnabout.presets import LENGTHS
from turnabout.spec import CohortSpec

LONG = "word " * 50


def changed(**fields: object) -> CohortSpec:
    return spec(lambda data: data.update(fields))


@pytest.mark.parametrize("preset", LENGTHS)
def test_every_cohort_has_a_charter_that_fits_on_its_page(preset: str) -> None:
    """R26: at most 600 words, whatever the shape."""
    text = draft(changed(preset=preset))
    assert len(text.split()) <= 600
    assert text.startswith("# Charter: A cohort\n")


def test_it_names_what_is_measured_and_what_it_is_for() -> None:
    """R1, R32: objectives, each KPI with its outcome, and the priority metric."""
    cohort = changed(objectives=["retain junior talent"], aim="sell more to students")
    text = draft(cohort)
    for said in ("- retain junior talent", "- sell more to students"):
        assert said in text
    for kpi in cohort.kpis:
        assert f"- {kpi.id}: {kpi.name} ({kpi.outcome})" in text
    assert f"The priority metric is {cohort.priority_metric.name} " in text


def test_it_names_the_three_duties_with_their_days() -> None:
    """R28: kickoff, checkpoint around mid-pilot, public recognition."""
    text = draft(spec())
    assert "to be at the kickoff on 8 February 2027, all 90 minutes of it" in text
    assert "to hold the mid-pilot checkpoint from 8 March 2027 on and before 29 March 2027" in text
    assert "to thank the leaders who take part in public: soon after the kickoff (11 February 2027)" in text


def test_it_names_the_closing_checkpoint_where_the_policy_has_one() -> None:
    """T12: at mid-pilot and at the close."""
    assert "to hold the closing checkpoint by 10 May 2027" in draft(spec())
    none = changed(policy={"sponsor": {"closing_checkpoint": None}})
    assert "closing checkpoint" not in draft(none)


def test_every_area_has_one_owner() -> None:
    """R29: sponsor the charter, HR operations and measurement, business sponsor relevance and uptake."""
    assert [(one.area, one.office.split(" (")[0]) for one in MATRIX] == [
        ("charter", "executive sponsor"),
        ("operations", "lead"),
        ("measurement", "lead"),
        ("relevance", "business sponsor"),
        ("uptake", "business sponsor"),
    ]
    text = draft(changed(business_sponsor={"id": "s-sales", "timezone": "UTC"}))
    assert "- uptake: the business sponsor, `s-sales`, who " in text
    assert "- charter: the executive sponsor, `s-sponsor`, who " in text
    assert "- operations: the lead (HR or Talent Operations), `s-lead`, who " in text


def test_without_a_business_sponsor_the_executive_sponsor_answers() -> None:
    """R29."""
    assert "- relevance: the executive sponsor, `s-sponsor`, who " in draft(spec())


def test_words_that_do_not_fit_are_refused() -> None:
    """R26: the page is never cut in silence."""
    kpis = [{"id": f"K{n}", "name": LONG, "outcome": "retention"} for n in (1, 2, 3, 4)]
    with pytest.raises(Rejected, match=r"R26.*words; 600 fit"):
        draft(changed(kpis=kpis, aim=LONG))


def test_the_same_spec_gives_the_same_text() -> None:
    assert hashlib.sha256(draft(spec()).encode()).digest() == hashlib.sha256(draft(spec()).encode()).digest()
