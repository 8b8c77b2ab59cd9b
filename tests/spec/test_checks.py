"""The rules of a spec, one broken thing at a time: each names its field, its rule and a fix."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tests.spec.files import Change, mentee, mentor, spec


def put(**fields: Any) -> Change:
    return lambda data: data.update(fields)


def person(number: int, **fields: Any) -> Change:
    return lambda data: data["people"][number].update(fields)


def policy(group: str, **values: Any) -> Change:
    return put(policy={group: values})


def people(mentors: int, mentees: int, **of_mentees: Any) -> list[dict[str, Any]]:
    return [*(mentor(n) for n in range(mentors)), *(mentee(n, **of_mentees) for n in range(mentees))]


BERLIN = "Europe/Berlin"
ENOUGH = people(8, 8)
K1 = {"id": "K1", "name": "Retention", "outcome": "retention"}
K2 = {"id": "K2", "name": "Engagement", "outcome": "engagement"}
SIGNALS = {"signals": [1, 2, 3, 5, 8]}
PILOT = {"pilot": "q4", "scale_decided_on": "2026-12-18"}
REFUSED: list[tuple[str, Change, str, str]] = [
    ("13 weeks in a skills sprint", put(preset="skills_sprint", weeks=13), "weeks", "R50"),
    ("7 weeks in a skills sprint", put(preset="skills_sprint", weeks=7), "weeks", "R50"),
    ("11 weeks in a sprint_90", put(weeks=11), "weeks", "R50"),
    ("two KPIs", lambda data: data["kpis"].pop(), "kpis", "R32"),
    ("five KPIs", lambda data: data.update(kpis=[*data["kpis"], K1, K2]), "kpis", "R32"),
    ("one KPI twice", lambda data: data["kpis"].append(data["kpis"][0]), "kpis[3].id", "R32"),
    ("kickoff before the start", put(kickoff_on="2026-12-14"), "kickoff_on", "R30"),
    ("kickoff on a Saturday", put(kickoff_on="2027-02-06"), "kickoff_on", "R108"),
    ("kickoff on a holiday", put(holidays=["2027-02-08"]), "kickoff_on", "R108"),
    ("unknown zone", put(timezone="Europe/Atlantis"), "timezone", "R108"),
    ("unknown zone of a person", person(2, timezone="Berlin"), "people[2].timezone", "R108"),
    ("unknown zone of the lead", put(lead={"id": "s-lead", "timezone": "CEST-2"}), "lead.timezone", "R108"),
    ("empty roster", put(people=[]), "people", "G13"),
    ("no mentor", put(people=[mentee(n) for n in range(5)]), "people", "G13"),
    ("no mentee", put(people=[mentor(n) for n in range(5)]), "people", "G13"),
    ("mentor above all", person(0, level=9), "people[0].level", "G10"),
    ("mentee below all", person(8, level=3), "people[8].level", "G10"),
    ("the same person twice", person(1, id="m-1"), "people[1].id", "G12"),
    ("a person in both roles", person(6, id="m-1"), "people[6].id", "G12"),
    ("reports to themselves", person(0, reports_to=["x-1", "m-1"]), "people[0].reports_to", "R42"),
    (
        "a gap that is none",
        person(7, gaps=[{"skill": "x", "current": 3, "target": 3}]),
        "people[7].gaps[0].target",
        "R34",
    ),
    ("sponsor leads", put(lead={"id": "s-sponsor", "timezone": BERLIN}), "sponsor.id", "R110"),
    ("sponsor is steward", put(steward={"id": "s-sponsor", "timezone": BERLIN}), "steward.id", "R73"),
    (
        "sponsor supports pairs",
        put(support_contacts=[{"id": "s-sponsor", "timezone": BERLIN}]),
        "sponsor.id",
        "R110",
    ),
    ("steward in a pair", person(0, id="s-steward"), "people[0].id", "R73"),
    ("steward manages somebody", person(0, reports_to=["s-steward"]), "steward.id", "G6"),
    ("steward far above somebody", person(0, reports_to=["x", "y", "s-steward"]), "steward.id", "G6"),
    ("an id that is the engine's", person(0, id="system"), "spec", "G21"),
    ("weights of 99", policy("matching", weight_gap=44), "policy.matching", "R36"),
    (
        "a shortlist longer at least than at most",
        policy("matching", shortlist_min=6),
        "policy.matching.shortlist_min",
        "R36",
    ),
    ("a reminder after the window", policy("pulse", reminders=[2, 6]), "policy.pulse.reminders", "T10"),
    ("four reminders", policy("charter", reminders=[1, 2, 3, 4]), "policy.charter.reminders", "G20"),
    ("one reminder twice", policy("charter", reminders=[3, 3]), "policy.charter.reminders", "G20"),
    ("no working hours", policy("nudges", day_starts=18, day_ends=18), "policy.nudges", "R108"),
    ("no hours for sessions", policy("sessions", day_starts=20), "policy.sessions", "R45"),
    ("no solve at all", policy("matching", max_solves=0), "policy.matching.max_solves", "R37"),
    ("three pairs", lambda data: data.update(people=people(3, 3)), "people", "G13"),
    (
        "seven pairs in a roll-out",
        lambda data: data.update(kind="roll_out", grounds=SIGNALS, people=people(7, 7)),
        "people",
        "R89",
    ),
    ("a roll-out without grounds", put(kind="roll_out", people=ENOUGH), "grounds", "G13"),
    (
        "a roll-out on four signals, one named twice",
        put(kind="roll_out", people=ENOUGH, grounds={"signals": [1, 2, 3, 4, 4]}),
        "grounds",
        "G13",
    ),
    (
        "a roll-out after a pilot that nobody decided to scale",
        put(kind="roll_out", people=ENOUGH, grounds={"pilot": "q4"}),
        "grounds",
        "G13",
    ),
    (
        "business sponsor leads",
        put(business_sponsor={"id": "s-lead", "timezone": BERLIN}),
        "business_sponsor.id",
        "R110",
    ),
    (
        "business sponsor is steward",
        put(business_sponsor={"id": "s-steward", "timezone": BERLIN}),
        "business_sponsor.id",
        "R73",
    ),
    (
        "unknown zone of the business sponsor",
        put(business_sponsor={"id": "s-sales", "timezone": "Sales"}),
        "business_sponsor.timezone",
        "R108",
    ),
    (
        "nobody meets the entry criteria",
        lambda data: [one.update(high_potential=False) for one in data["people"]],
        "people",
        "G13",
    ),
    (
        "no pair although a small cohort is meant",
        lambda data: data.update(
            small_cohort_reason="a trial", people=people(3, 3, timezone="Pacific/Honolulu")
        ),
        "people",
        "G13",
    ),
]

WARNED: list[tuple[str, Change, str, str]] = [
    ("steward leads", put(steward={"id": "s-lead", "timezone": BERLIN}), "steward.id", "R73"),
    ("lead in a pair", person(6, id="s-lead"), "people[6].id", "R27"),
    ("sponsor in a pair", person(6, id="s-sponsor"), "people[6].id", "R110"),
    ("no support contact", put(support_contacts=[]), "support_contacts", "R72"),
    ("support contact above a person", person(0, reports_to=["s-support"]), "support_contacts[0].id", "R72"),
    ("more mentees than pairs", lambda data: data.update(people=people(13, 13)), "people", "G13"),
    ("four pairs", lambda data: data.update(people=people(4, 4)), "people", "G13"),
    ("a mentor who cannot join", person(5, high_potential=False), "people", "R33"),
    ("a mentee without a gap", person(6, gaps=[]), "people", "R34"),
    ("a conflict with nobody", person(0, conflicts=["e-99"]), "people[0].conflicts", "R42"),
    ("a kickoff at night", person(0, timezone="America/New_York"), "kickoff_at", "R108"),
    ("windows longer than the time", put(kickoff_on="2027-01-18"), "kickoff_on", "T5"),
    ("a kickoff months away", put(kickoff_on="2027-03-08"), "kickoff_on", "R31"),
    (
        "business sponsor in a pair",
        put(business_sponsor={"id": "e-2", "timezone": BERLIN}),
        "people[7].id",
        "R110",
    ),
    (
        "a decision to scale that is still to come",
        put(grounds={"pilot": "q4", "scale_decided_on": "2027-03-01"}),
        "grounds.scale_decided_on",
        "G13",
    ),
    ("holidays of a site where nobody works", put(site_holidays={"Atlantis": "GR"}), "site_holidays", "R67"),
    (
        "a short program for another behaviour",
        lambda data: data.update(
            preset="skills_sprint",
            weeks=8,
            kpis=[{"id": f"K{n}", "name": "n", "outcome": "inclusion"} for n in (6, 7, 8)],
        ),
        "preset",
        "R50",
    ),
    ("a memo date that the preset sets", policy("closing", memo=8), "policy.closing.memo", "T16"),
]


def test_a_sound_spec_has_nothing_to_mend() -> None:
    assert spec().problems() == ()
    assert spec().warnings() == ()


@pytest.mark.parametrize(
    ("change", "field", "rule"), [each[1:] for each in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_it_is_refused(change: Change, field: str, rule: str) -> None:
    found = spec(change).problems()
    assert len(found) == 1, found
    assert found[0].startswith(f"{field}: [{rule}] ")


@pytest.mark.parametrize(
    ("change", "field", "rule"), [each[1:] for each in WARNED], ids=[w[0] for w in WARNED]
)
def test_it_is_told_and_not_refused(change: Change, field: str, rule: str) -> None:
    cohort = spec(change)
    assert cohort.problems() == ()
    assert len(cohort.warnings()) == 1, cohort.warnings()
    assert cohort.warnings()[0].startswith(f"{field}: [{rule}] ")


@pytest.mark.parametrize("grounds", [SIGNALS, PILOT, {**SIGNALS, **PILOT}])
def test_a_roll_out_starts_on_five_signals_or_on_a_pilot_that_is_scaled(grounds: dict[str, Any]) -> None:
    """G13: the sponsor's commitment comes with the charter (R30)."""
    assert spec(put(kind="roll_out", people=ENOUGH, grounds=grounds)).problems() == ()


@pytest.mark.parametrize("count", [3, 4])
def test_three_and_four_kpis_are_right(count: int) -> None:
    assert spec(lambda data: data.update(kpis=[*data["kpis"], K1][:count])).problems() == ()


def test_a_kpi_serves_a_named_outcome() -> None:
    """R12: one that serves nothing of the five cannot be written down."""
    with pytest.raises(ValidationError, match="outcome"):
        spec(lambda data: data.update(kpis=[{**K1, "outcome": "fun"}]))


def test_a_small_cohort_needs_only_a_reason() -> None:
    cohort = spec(lambda data: data.update(small_cohort_reason="a trial", people=people(2, 2)))
    assert cohort.problems() == ()
    assert "by role" in cohort.warnings()[0]


def test_one_mentor_below_one_mentee_is_enough() -> None:
    mixed = [mentor(1, level=8), mentor(2), mentor(3), mentor(4), *(mentee(n, level=4) for n in range(4))]
    assert "people[0].level: [G10]" in spec(put(people=mixed)).problems()[0]
    assert spec(put(people=[*mixed, mentee(9, level=9)])).problems() == ()


def test_everything_is_found_at_once() -> None:
    def break_much(data: dict[str, Any]) -> None:
        data.update(preset="skills_sprint", weeks=13, kickoff_on="2027-02-07", timezone="X")
        data["kpis"].pop()
        data["people"][0]["level"] = 10

    found = spec(break_much).problems()
    assert [line.split(":")[0] for line in found] == [
        "timezone",
        "weeks",
        "kickoff_on",
        "kpis",
        "people[0].level",
    ]


def test_the_spec_survives_json() -> None:
    cohort = spec()
    assert type(cohort).model_validate_json(cohort.model_dump_json()) == cohort
