"""Letters name the numbers of the policy that their cohort started with, never those of a template (T3, T7,
T18, R31, R51, R52)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from activities.letters import render
from turnabout.policy import CharterPolicy, KickoffPolicy, Policy, SafetyPolicy
from workflows.rules.letter_numbers import numbers

OTHER = Policy(
    charter=CharterPolicy(launch_info=31, launch_warning=47, launch_limit=77),
    kickoff=KickoffPolicy(minutes=95, make_up=6),
    safety=SafetyPolicy(contact=26),
)
TOLD = {
    "launch_info": {"31", "77"},
    "launch_warning": {"47", "77", "30"},
    "launch_overdue": {"77"},
    "kickoff_invitation": {"95"},
    "kickoff_reminder": {"95"},
    "make_up_due": {"6"},
    "check_in_drawn": {"26"},
    "concern_received": {"26"},
    "steward_alert": {"26"},
    "steward_appointed": {"26"},
    "steward_takes_over": {"26"},
}


def told(template: str, policy: Policy | None) -> set[str]:
    """All numbers that a letter tells."""
    values = numbers(policy, template) if policy else {}
    due = datetime(2026, 3, 2, tzinfo=UTC)
    letter = render(template, recipient="Ada", zone="UTC", stream="pair-q-x", due_at=due, values=values)
    return set(re.findall(r"\d+", f"{letter.subject} {letter.body}"))


@pytest.mark.parametrize("template", TOLD)
def test_a_letter_tells_the_numbers_of_its_own_policy(template: str) -> None:
    assert told(template, OTHER) == TOLD[template]


@pytest.mark.parametrize("template", sorted(set(TOLD) - {"kickoff_invitation", "kickoff_reminder"}))
def test_a_letter_asked_for_by_an_earlier_release_tells_none(template: str) -> None:
    assert told(template, None) == set()
