"""Whatever a participant may ask for has a page, or a reason why not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.gateway.browsing import PAGE_OF
from turnabout.commands.base import Command
from turnabout.model import Role
from workers.gateway.pages import PAGES

PARTICIPANTS = frozenset({Role.MENTOR, Role.MENTEE, Role.SPONSOR})

BESIDE_LETTERS: Mapping[str, str] = {
    "answer_intake": "join",
    "withdraw": "leave",
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

NO_PAGE: Mapping[str, str] = {
    "cancel_cohort": "It ends everybody's work; the lead gives it in the sponsor's name, who told them so.",
    "replace_sponsor": "A change of office; the lead gives it once the new sponsor has said yes.",
}
"""What a sponsor may ask for by the client alone, and why."""


def test_whatever_a_participant_may_ask_for_has_a_page() -> None:
    theirs = {_name(kind): kind for kind in _commands(Command) if kind.roles & PARTICIPANTS}
    pages = {**PAGE_OF, **BESIDE_LETTERS}
    assert set(theirs) <= set(pages) | set(NO_PAGE), set(theirs) - set(pages) - set(NO_PAGE)
    assert not set(NO_PAGE) & set(pages)
    assert set(NO_PAGE) <= set(theirs)
    for name, kind in theirs.items():
        if name in pages:
            assert kind.roles & PARTICIPANTS <= PAGES[pages[name]].roles, name


def test_every_page_says_what_it_is_for_and_who_sees_it() -> None:
    for page in PAGES.values():
        assert page.seen_by.endswith("."), page.name
        assert page.intro.endswith("."), page.name


def _commands(kind: type[Command]) -> Iterator[type[Command]]:
    for one in kind.__subclasses__():
        yield one
        yield from _commands(one)


def _name(kind: type[Command]) -> str:
    return str(kind.model_fields["type"].default)
