"""Every page that a partner may open at any time, in the order in which a pair needs them. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from turnabout.model import Role
from workers.certificates import GRADUATED
from workers.gateway.visit import Visit

Entry = tuple[str, str]
"""An address and what it is called."""


def groups(visit: Visit) -> Sequence[tuple[str, Sequence[Entry]]]:
    """The pages by what they are for; one that has nothing to offer yet is left out."""
    pair, cohort = visit.pair, f"cohort-{visit.pair.agreed.cohort}"
    at_work = pair.activated_at is not None
    meeting = [(visit.to("session"), "Log or move a session")] if at_work else []
    if at_work and pair.life == "active":
        meeting += [
            (visit.to("rhythm"), "Another day or time for all sessions"),
            (visit.to("calendar"), "Sessions as a calendar file"),
        ]
    meeting.append((visit.to("away"), "Days on which you are away"))
    work = [(visit.to("goal"), "Goal workshop")]
    if at_work:
        work += [
            (visit.to("work"), "What you produce"),
            (visit.to("experiments"), "Experiments"),
            (visit.to("insights"), "Insights and what they changed"),
            (visit.to("metric", None, cohort), "The number that you want to move"),
            (visit.to("correct"), "Put something right"),
        ]
    if Role.MENTOR in visit.roles:
        work.append((visit.to("career"), "Where you would like to get"))
        work.append((visit.to("circle", None, cohort), "The mentors' circle"))
    end = [(visit.to("memo"), "Closure memo")]
    if pair.end_state in GRADUATED:
        end.append((visit.to("certificate"), "Your certificate"))
    else:
        end.append((visit.to("leave", None, cohort), "Leave the cohort"))
    own = [(visit.to("my_data", None, cohort), "What is stored about me")]
    return [("Meeting", meeting), ("Working", work), ("Ending", end), ("My data", own)]
