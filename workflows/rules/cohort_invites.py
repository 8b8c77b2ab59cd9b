"""What a message of a cohort says of the kickoff to people's calendars (R67, T7). Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from events import invites
from turnabout import schedule
from workflows.rules.cohort_state import CohortState


def values(state: CohortState, template: str, at: datetime) -> dict[str, Any]:
    """What a message carries for calendars, as JSON; nothing for most."""
    if template == "kickoff_invitation":
        return invites.values(_kickoff(state))
    invited = _invited(state)
    if template == "cohort_cancelled" and invited and not state.launched and at < state.spec.kickoff:
        return invites.values(_kickoff(state, off=True, to=invited))
    return {}


def _kickoff(state: CohortState, *, off: bool = False, to: tuple[str, ...] = ()) -> invites.Series:
    spec, minutes = state.spec, state.policy.kickoff.minutes
    meeting = invites.Meeting(
        slot=spec.kickoff,
        starts_at=spec.kickoff,
        ends_at=schedule.kickoff_ends(spec, state.policy),
        sequence=int(off),
        off=off,
    )
    return invites.Series(
        uid=f"cohort-{spec.id}-kickoff@turnabout",
        about="kickoff",
        timezone=spec.timezone,
        first_slot=spec.kickoff,
        minutes=minutes,
        alarm=state.policy.sessions.alarm,
        meetings=(meeting,),
        to=to,
    )


def _invited(state: CohortState) -> tuple[str, ...]:
    """Those who were sent the invitation: its item is theirs from then on."""
    nudged = state.ledger.nudges
    return tuple(sorted({person for item, _, person in nudged if _is_invitation(item)}))


def _is_invitation(item: str) -> bool:
    return item == "kickoff" or item.removeprefix("kickoff-").isdigit()
