"""What the policy says that a message repeats: days, hours and minutes, by the message. Pure.

An old cohort's letters name the numbers of the policy it started with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from events.templates import Template
from turnabout.policy import Policy

Numbers = Callable[[Policy], dict[str, int]]


def numbers(policy: Policy, template: Template | str) -> dict[str, int]:
    """`days`, `limit` (days), `hours` and `minutes`, as far as the message has a use for them."""
    found = _NUMBERS.get(template)
    return found(policy) if found else {}


def _kickoff(policy: Policy) -> dict[str, int]:
    return {"minutes": policy.kickoff.minutes}


def _contact(policy: Policy) -> dict[str, int]:
    return {"hours": policy.safety.contact}


_NUMBERS: Mapping[str, Numbers] = {
    "launch_info": lambda policy: {
        "days": policy.charter.launch_info,
        "limit": policy.charter.launch_limit,
    },
    "launch_warning": lambda policy: {
        "days": policy.charter.launch_warning,
        "limit": policy.charter.launch_limit,
        "days_left": policy.charter.launch_limit - policy.charter.launch_warning,
    },
    "launch_overdue": lambda policy: {"limit": policy.charter.launch_limit},
    "kickoff_invitation": _kickoff,
    "kickoff_cheat_sheet": lambda policy: (
        _kickoff(policy)
        | {
            "first_meeting_minutes": policy.kickoff.first_meeting_minutes,
            "attainable": policy.goal.attainable,
        }
    ),
    "kickoff_reminder": _kickoff,
    "make_up_due": lambda policy: {"days": policy.kickoff.make_up},
    "check_in_drawn": _contact,
    "concern_received": _contact,
    "steward_alert": _contact,
    "steward_appointed": _contact,
    "steward_takes_over": _contact,
}
