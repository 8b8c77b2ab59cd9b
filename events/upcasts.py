"""How the bodies of old schema versions become current ones. Pure.

What an upcaster adds is what was in force when the event was written, never today's default; a feature that
did not exist then stays off for old streams.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from events.upcasts_kpis import told_of_unknowns
from turnabout.commands.pair_terms import shown_end

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the body of one schema version into that of the next. A sealed field may hold its value, `"sealed"`
or None."""

Fields = Mapping[str, Mapping[str, Any]]
"""By section of a policy, such as `pulse`, the fields that were added, with what was in force before."""

POLICY_1: Final[Fields] = {
    "measurement": {
        "waves": False,
        "opens": 7,
        "reminders": [3, 1],
        "lead": 1,
        "late_reminder": 2,
        "survey_gap": 0,
    },
    "sessions": {"alarm": 60},
    "matching": {
        "min_cross_function": 0,
        "min_cross_location": 0,
        "min_cross_background": 0,
        "refreshed_shortlists": 0,
        "roll_out_signals": 5,
    },
    "closing": {"retention": None},
    "sponsor": {"closing_checkpoint": None},
    "practice": {"feedback": 48, "feedback_reminder": 24, "evidence_reminders": [7], "confidence": 95},
    "safety": {"secret_lot": False, "decoys_between": 0},
    "stagnation": {"consent": 5},
}
"""What policies lacked until cohorts and pairs of version 2."""
SPEC_1: Final[Mapping[str, Any]] = {
    "holiday_place": None,
    "site_holidays": {},
    "business_sponsor": None,
    "objectives": [],
    "aim": None,
    "grounds": None,
    "instruments": [],
    "prompts": [],
    "consent": None,
}
"""What specs lacked until then."""
PERSON_1: Final[Mapping[str, Any]] = {"background": None}
"""What the people of a spec lacked."""
SHAPE_1: Final[Mapping[str, Any]] = {"circle_weeks": []}
"""What presets, as cohorts of version 1 recorded them, lacked."""
TERMS_1: Final[Mapping[str, Any]] = {"phases": [], "prompts": [], "days_off": {}}
"""What the terms of pairs lacked until then."""


def with_fields(body: dict[str, Any], added: Fields) -> dict[str, Any]:
    """The body with those of the added fields that it does not hold yet."""
    filled = {section: {**fields, **body.get(section, {})} for section, fields in added.items()}
    return {**body, **filled}


def _policy(policy: dict[str, Any]) -> dict[str, Any]:
    return with_fields(policy, POLICY_1)


def _planned_1(data: dict[str, Any]) -> dict[str, Any]:
    spec = {**SPEC_1, **data["spec"]}
    spec["people"] = [{**PERSON_1, **person} for person in spec["people"]]
    return {
        **data,
        "spec": {**spec, "policy": _policy(spec["policy"])},
        "policy": _policy(data["policy"]),
        "shape": {**SHAPE_1, **data["shape"]},
    }


def _formed_1(data: dict[str, Any]) -> dict[str, Any]:
    terms = data["terms"]
    return {**data, "terms": {**TERMS_1, **terms, "policy": _policy(terms["policy"])}}


def _arranged_1(data: dict[str, Any]) -> dict[str, Any]:
    return _formed_1(data)


def _round_opened_1(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "cause": "matching"}


def _pair_end_1(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "state": shown_end(data["state"]), "left": []}


def _deliverable_1(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "kind": "other", "number": 0, "feedback_due": None, "opens": [], "settles": []}


def _duties_1(data: dict[str, Any]) -> dict[str, Any]:
    """There was no closing checkpoint."""
    return data


def _published_1(data: dict[str, Any]) -> dict[str, Any]:
    """Figures did not say from which day their window is closed."""
    told = data["publication"]
    figures = [{"due_on": None, **figure} for figure in told["figures"]]
    return {**data, "publication": {**told, "figures": figures}}


def _left_1(data: dict[str, Any]) -> dict[str, Any]:
    """The reason was not sealed; it stays where it was written."""
    return data


UPCASTERS: Final[Mapping[tuple[str, int], Upcaster]] = {
    ("cohort.kpis_published", 1): _published_1,
    ("cohort.kpis_published", 2): told_of_unknowns,
    ("cohort.planned", 1): _planned_1,
    ("cohort.sponsorship_committed", 1): _duties_1,
    ("cohort.duty_rescheduled", 1): _duties_1,
    ("cohort.duty_fulfilled", 1): _duties_1,
    ("cohort.duty_missed", 1): _duties_1,
    ("cohort.pair_arranged", 1): _arranged_1,
    ("cohort.person_declined", 1): _left_1,
    ("cohort.person_withdrew", 1): _left_1,
    ("cohort.round_opened", 1): _round_opened_1,
    ("cohort.pair_end_noted", 1): _pair_end_1,
    ("pair.deliverable_recorded", 1): _deliverable_1,
    ("pair.formed", 1): _formed_1,
}
"""By wire name and the schema version that it leads on from."""


def upcast(name: str, version: int, data: dict[str, Any]) -> dict[str, Any]:
    """The body of an event of this release's types in its current schema version. A workflow needs it for
    what its history holds: the store's answers of an earlier release."""
    while (name, version) in UPCASTERS:
        data = UPCASTERS[name, version](data)
        version += 1
    return data
