"""The example cohort does what it says: ten pairs form, four mentors wait, it lasts about a hundred days."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from tests.spec.files import changed, write
from turnabout import schedule
from turnabout.document import read_document
from turnabout.eligibility import exclusion, is_eligible, most_pairs
from turnabout.load import load_spec
from turnabout.roster import read_roster

FOLDER = Path(__file__).parents[2] / "examples"


def test_it_loads_without_a_notice() -> None:
    loaded = load_spec(FOLDER / "cohort.yaml")
    assert loaded.notices == ()
    assert len(loaded.contacts) == 24


def test_ten_pairs_form_and_four_mentors_wait() -> None:
    spec = load_spec(FOLDER / "cohort.yaml").spec
    roles = [person.role for person in spec.people]
    assert (roles.count("mentor"), roles.count("mentee")) == (14, 10)
    assert all(map(is_eligible, spec.people))
    alone = spec.policy.matching.model_copy(update={"mentor_capacity": 1})
    one_each = spec.policy.model_copy(update={"matching": alone})
    assert most_pairs(spec.people, one_each, spec.kickoff_on) == 10


def test_a_reporting_line_and_a_conflict_bite() -> None:
    spec = load_spec(FOLDER / "cohort.yaml").spec
    people = {person.id: person for person in spec.people}
    found = {
        (mentor.id, mentee.id): reason
        for mentor in people.values()
        for mentee in people.values()
        if mentor.role == "mentor" and mentee.role == "mentee"
        if (reason := exclusion(mentor, mentee, spec.rules, spec.kickoff_on))
    }
    assert found == {
        ("p-001", "p-015"): "R42 same reporting line",
        ("p-014", "p-021"): "R42 declared conflict",
    }
    # Her skills are exactly what her manager's manager wants to learn: without the rule they would be a pair.
    assert {gap.skill for gap in people["p-015"].gaps} == set(people["p-001"].skills)
    # Three levels up is no reporting line any more.
    assert people["p-004"].reports_to.index("p-016") == 2


def test_it_lasts_about_a_hundred_days_and_crosses_a_clock_change() -> None:
    spec = load_spec(FOLDER / "cohort.yaml").spec
    close = schedule.day_of(spec, schedule.close_expected(spec, spec.rules))
    assert timedelta(98) <= close - spec.starts_on <= timedelta(105)
    assert spec.starts_on.weekday() == 0
    offsets = {schedule.on_day(spec, day).hour for day in (spec.kickoff_on, spec.ends_on)}
    assert len(offsets) == 2
    assert all(spec.kickoff_on < day < spec.ends_on for day in spec.holidays)


def test_a_mapping_makes_a_roster_of_a_sign_up_form(tmp_path: Path) -> None:
    document, notices = read_document(FOLDER / "signup-mapping.yaml")
    assert (document.problems, notices) == ([], ())
    roster = read_roster(FOLDER / "signup.csv", document.value)
    assert roster.rejected == ()
    assert [(one.role, one.level, one.function, one.location) for one in roster.people] == [
        ("mentor", 3, "Marketing", "Head office"),
        ("mentor", 4, "Sales", "Head office"),
        ("mentee", 9, "Finance", "Head office"),
    ]
    assert [one.skills for one in roster.people] == [("short video",), ("podcasts", "short video"), ()]
    assert [contact.name for contact in roster.contacts] == ["Edda Holm", "Tariq Aziz", "Paula Reyes"]
    assert {contact.timezone for contact in roster.contacts} == {"Europe/Madrid", "Europe/Berlin"}
    (dropped, unused) = roster.notices
    assert "protected traits (R39): Gender." in dropped
    assert unused.endswith("are not used: T-shirt size.")
    people = {"file": str(FOLDER / "signup.csv"), "mapping": document.value}
    in_a_spec = load_spec(write(tmp_path, changed(lambda data: data["people"].append(people)))).spec
    assert in_a_spec.people[-3:] == roster.people


def test_everybody_who_serves_has_an_address() -> None:
    loaded = load_spec(FOLDER / "cohort.yaml")
    staff = read_roster(FOLDER / "staff.csv")
    spec = loaded.spec
    serving = [spec.lead, spec.sponsor, spec.steward, *spec.support_contacts]
    known = {contact.id: contact.timezone for contact in staff.contacts}
    assert known == {one.id: one.timezone for one in serving}
    everyone = (*loaded.contacts, *staff.contacts)
    assert all(contact.email and contact.email.endswith("@example.org") for contact in everyone)
