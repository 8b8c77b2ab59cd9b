"""The demo's people, who answer from their letters: each command of theirs becomes a form that is sent to the
page of a link, as a browser sends it. Staff sign in where there is a provider; else they use the client.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from tests.gateway.forms import forms_of
from tests.gateway.house import House
from tests.gateway.signing import Staff
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from turnabout.messages import Receipt
from workers.gateway.addresses import address
from workers.gateway.by_session import ALL
from workers.gateway.desk import roles_of
from workers.gateway.fields import Field
from workers.gateway.pages import PAGES
from workers.gateway.visit import View, Visit

PAGE_OF = {
    "sign_charter": "charter",
    "commit_sponsorship": "charter",
    "fulfil_duty": "duty",
    "opt_in": "join",
    "decline": "join",
    "rank_shortlist": "choose",
    "accept_match": "answer_match",
    "decline_match": "answer_match",
    "answer_survey": "survey",
    "agree_exchange": "prepare",
    "agree_cadence": "prepare",
    "propose_goal": "prepare",
    "rate_goal": "prepare",
    "sign_ground_rules": "prepare",
    "log_session": "session",
    "reschedule_session": "session",
    "answer_pulse": "pulse",
    "check_milestone": "milestone",
    "raise_concern": "concern",
    "consent_to_resume": "check_in",
    "answer_reshuffle": "reshuffle",
    "answer_endpoint": "endpoint",
    "record_outcome": "memo",
    "file_memo": "memo",
}
"""The page on which each command is given."""
STAFFS_PAGE_OF = {
    "open_enrolment": "enrolment",
    "close_enrolment": "enrolment",
    "reopen_enrolment": "enrolment",
    "proceed_small": "enrolment",
    "assign_pair": "enrolment",
    "freeze_controls": "kickoff",
    "hold_kickoff": "kickoff",
    "record_make_up": "kickoff",
    "fulfil_duty": "duties",
    "correct_duty": "duties",
    "hand_over_lead": "offices",
    "replace_sponsor": "offices",
    "replace_steward": "offices",
    "plan_next_cohort": "offices",
    "record_exit": "records",
    "change_reporting_line": "records",
    "refresh_holidays": "records",
    "correct_attendance": "records",
    "record_circle": "records",
    "record_employment": "measures",
    "correct_employment": "measures",
    "record_metric": "measures",
    "file_cohort_memo": "close",
    "close_cohort": "close",
    "cancel_cohort": "close",
    "confirm_goal": "pair",
    "decide_midpoint": "pair",
    "extend_pair": "pair",
    "waive_memo": "pair",
    "file_memo": "pair",
    "end_pair": "pair",
    "propose_reshuffle": "pair",
    "record_steward_contact": "care",
    "consent_to_resume": "care",
    "record_cohort_contact": "steward",
}
"""The page on which each command of lead and steward is given."""


@dataclass
class Browsing:
    """In place of the client that `Play` speaks through; `sent` counts the forms by command."""

    house: House
    sent: Counter[str] = field(default_factory=Counter)
    staff: Staff | None = None
    by_client: Counter[str] = field(default_factory=Counter)

    def stream(self, name: str) -> Person:
        return Person(self, name)


@dataclass(frozen=True)
class Person:
    """One stream, as somebody reaches it."""

    browsing: Browsing
    name: str

    async def execute(self, command: Command, *, actor: str) -> Receipt | None:
        """Send the form of a command. Raises Rejected where the page refuses it or does not show it."""
        house, page = self.browsing.house, PAGE_OF.get(command.type)
        state = await house.gateway.desk.look(self.name)
        assert state is not None
        roles = roles_of(state, actor)
        if page is None or not roles & PAGES[page].roles:
            page = STAFFS_PAGE_OF.get(command.type)
            if self.browsing.staff is None or page is None or not roles & ALL[page].roles:
                self.browsing.by_client[command.type] += 1
                return await house.stack.turnabout.stream(self.name).execute(command, actor=actor)
            web, path = await self.browsing.staff.browser(actor), address(self.name, page)
            await self._send(command, actor, page, None, web, path)
            return None
        item = f"session-{command.wire()['number']:02d}" if page == "session" else None
        path = await house.link(actor, self.name, page, item)
        await self._send(command, actor, page, item, house.web, path)
        return None

    async def _send(
        self, command: Command, actor: str, page: str, item: str | None, web: httpx2.AsyncClient, path: str
    ) -> None:
        shown = await web.get(path)
        assert shown.status_code == 200, shown.text
        form = await self._form(command, actor, page, item, forms_of(shown.text))
        if form is None:
            raise Rejected("page", f"{page} does not show {command.type} now")
        answer = await web.post(path, data=form)
        if answer.status_code == 409:
            raise Rejected("page", answer.text)
        assert answer.status_code == 303, (command, form, answer.text)
        saved = await web.get(answer.headers["location"])
        assert "Saved. Thank you!" in saved.text, (command, saved.text)
        self.browsing.sent[command.type] += 1

    async def _form(
        self, command: Command, actor: str, page: str, item: str | None, shown: dict[str, dict[str, str]]
    ) -> dict[str, Any] | None:
        """What a browser sends: what `shown`, the page's forms, holds as it stands, and what is typed."""
        gateway = self.browsing.house.gateway
        state = await gateway.desk.look(self.name)
        assert state is not None
        contact = (await gateway.people.find([actor])).get(actor)
        now = await gateway.clock()
        visit = Visit(actor, self.name, item, state, roles_of(state, actor), now, contact, str)
        view: View = await ALL[page].show(gateway, visit)
        values = command.wire()
        for form in view.forms:
            fixed = form.fixed or {}
            if type(command) is form.command and all(
                values[name] in {value, None} for name, value in fixed.items() if name != "minutes"
            ):
                sent: dict[str, Any] = {**shown[form.id]}
                for one in form.fields:
                    sent |= dict(_sent(one, values.get(one.name), visit.zone))
                return sent
        return None


def _sent(one: Field, value: Any, zone: ZoneInfo, prefix: str = "") -> Iterator[tuple[str, Any]]:
    name = prefix + one.name
    if value is None:
        return
    match one.kind:
        case "rank":
            yield from ((f"{name}.{who}", str(place)) for place, who in enumerate(value, 1))
        case "several":
            yield name, list(value)
        case "lines":
            yield name, "\n".join(map(str, value))
        case "yes_no":
            yield name, "yes" if value else "no"
        case "datetime":
            yield name, f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%dT%H:%M}"
        case "group":
            for column in one.columns:
                yield from _sent(column, value.get(column.name), zone, f"{name}.")
        case "rows":
            for row, entry in enumerate(value):
                for column in one.columns:
                    yield from _sent(column, entry.get(column.name), zone, f"{name}.{row}.")
        case _:
            yield name, str(value)
