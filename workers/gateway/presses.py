"""One press of a button, told from the next: what makes the id of the command that a form gives.

A form that is shown once names its occasion, so its id follows from link and form alone: whoever answers
twice gives one answer, from whatever tab. A form that may be sent again carries a number that was drawn when
its page was made, and so does one that comes back refused: Temporal remembers refusals by their id.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workers.gateway.fields import Form, Mark
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

FIELD = "press"
"""The hidden field of that number."""


@dataclass(frozen=True)
class Tried:
    """A form that comes back: what was typed, what is wrong with it, the number of the next press, and
    what a check found."""

    form: Form
    values: Mapping[str, Any]
    wrong: Mapping[str, str]
    press: str
    marks: tuple[Mark, ...] = ()


def fresh() -> str:
    """A number that no page had before."""
    return secrets.token_urlsafe(12)


def pressed(sent: Mapping[str, Sequence[str]]) -> str:
    """The number that came with a form; empty where there is none."""
    told = (sent.get(FIELD) or [""])[0]
    return told if re.fullmatch(r"[A-Za-z0-9_-]{1,32}", told) else ""


def named(view: View, name: str) -> Form | None:
    """The form of that name on a page."""
    return next((one for one in view.forms if one.id == name), None)


def instead(view: View, name: str) -> Form | None:
    """The form that takes what a form of that name asked for, which is gone: of the same command, and of no
    occasion of its own. What was meant for one pulse or goal is not meant for another."""
    return next((one for one in view.forms if one.repeatable and one.command_type == name), None)


async def shown_before(gateway: Gateway, page: Page, visit: Visit, name: str, given: str) -> Form | None:
    """The form that gave the command of that id, as the page showed it then; None where the log holds no such
    command. By it the workflow can tell whether the same is sent again."""
    if await gateway.reads.receipt(visit.stream, given) is None:
        return None
    before = await gateway.desk.before(visit.stream, given)
    if before is None:
        return None
    state, at = before
    return named(await page.show(gateway, replace(visit, state=state, now=at)), name)
