"""Whatever a participant may ask for has a page, or a reason why not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.gateway.browsing import PAGE_OF, STAFFS_PAGE_OF
from turnabout.commands.base import Command
from turnabout.model import Role
from workers.gateway.pages import PAGES
from workers.gateway.roles import ROLE_PAGES

PARTICIPANTS = frozenset({Role.MENTOR, Role.MENTEE, Role.SPONSOR})

BESIDE_LETTERS: Mapping[str, str] = {
    "answer_intake": "join",
    "withdraw": "leave",
    "raise_cohort_concern": "tell_steward",
    "record_circle": "circle",
    "record_metric": "metric",
    "reschedule_session": "session",
    "move_sessions": "rhythm",
    "note_absence": "away",
    "state_career_outcome": "career",
    "record_deliverable": "work",
    "give_feedback": "work",
    "complete_action": "work",
    "record_experiment": "experiments",
    "record_insight": "insights",
    "change_decision": "insights",
    "implement_decision": "insights",
    "measure_decision": "insights",
    "correct_session": "correct",
    "correct_outcome": "correct",
    "correct_deliverable": "correct",
}
"""The page on which people give what no letter asks for."""

SIGNED_IN: Mapping[str, str] = {"cancel_cohort": "sponsor", "replace_sponsor": "sponsor"}
"""The page on which a sponsor, signed in, gives what no link opens."""
NO_PAGE: Mapping[str, str] = {
    "plan_cohort": "A cohort is planned from its file, before there is a page of it.",
    "correct_session": "The partners put their own sessions right.",
    "correct_outcome": "The partners put their own outcome right.",
    "correct_deliverable": "The partners put their own deliverables right.",
}
"""What a lead may ask for by the client alone, and why."""


def test_whatever_a_participant_may_ask_for_has_a_page() -> None:
    theirs = {_name(kind): kind for kind in _commands(Command) if kind.roles & PARTICIPANTS}
    pages = {**PAGE_OF, **BESIDE_LETTERS}
    assert set(theirs) <= set(pages) | set(SIGNED_IN), set(theirs) - set(pages) - set(SIGNED_IN)
    assert not set(SIGNED_IN) & set(pages)
    assert set(SIGNED_IN) <= set(theirs)
    for name, page in SIGNED_IN.items():
        assert theirs[name].roles & {Role.SPONSOR} <= ROLE_PAGES[page].roles, name
    for name, kind in theirs.items():
        if name in pages:
            assert kind.roles & PARTICIPANTS <= PAGES[pages[name]].roles, name


def test_every_page_says_what_it_is_for_and_who_sees_it() -> None:
    for page in PAGES.values():
        assert page.seen_by.endswith("."), page.name
        assert page.intro.endswith("."), page.name


def test_whatever_lead_and_steward_may_ask_for_has_a_page() -> None:
    staff = frozenset({Role.LEAD, Role.STEWARD})
    theirs = {_name(kind): kind for kind in _commands(Command) if kind.roles & staff}
    assert set(theirs) == set(STAFFS_PAGE_OF) | set(NO_PAGE)
    for name, page in STAFFS_PAGE_OF.items():
        assert theirs[name].roles & ROLE_PAGES[page].roles, name


def _commands(kind: type[Command]) -> Iterator[type[Command]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("turnabout."):  # other tests have commands of their own
            yield one
        yield from _commands(one)


def _name(kind: type[Command]) -> str:
    return str(kind.model_fields["type"].default)
