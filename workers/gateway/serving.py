"""Shows a page of a visit and takes what it sends: the one road of every form, by a link or signed in.

A form is taken only where the page would show it now. The answer comes when the command is stored, never
before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from starlette.responses import RedirectResponse, Response

from turnabout.errors import NotFound, Rejected, TurnaboutError, Unreachable
from workers.gateway import render
from workers.gateway.fields import Form
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_log = structlog.stdlib.get_logger(__name__)
AGAIN = frozenset({"E1", "R58"})
"""The rules that refuse a second answer."""


async def show(
    gateway: Gateway,
    page: Page,
    visit: Visit,
    action: str,
    *,
    saved: str | None = None,
    hidden: Mapping[str, str] | None = None,
) -> Response:
    """The page as it is now. `saved` is the id of a command that was just given: the page says `Saved` only
    where the log holds it. `hidden` are fields that each form sends back."""
    view = await page.show(gateway, visit)
    kept = bool(saved) and await gateway.reads.receipt(visit.stream, saved or "") is not None
    return _page(page, visit, view, action, saved=kept, hidden=hidden)


async def take(
    gateway: Gateway,
    page: Page,
    visit: Visit,
    sent: Mapping[str, Sequence[str]],
    action: str,
    command_id: Callable[[str, str], str],
    *,
    hidden: Mapping[str, str] | None = None,
) -> Response:
    """Give the command of the form that was sent, and lead back to the page. What does not fit, or is refused
    by a rule, comes back with everything that was typed; `command_id(form, content)` makes the id."""
    view = await page.show(gateway, visit)
    form = next((one for one in view.forms if one.id == (sent.get("form") or [""])[0]), None)
    if form is None:
        if await _stored(gateway, visit, sent, command_id):
            return RedirectResponse(f"{action}?saved={command_id(_name(sent), '')}", 303)
        return _page(page, visit, view, action, status=409, hidden=hidden)
    values = form.read(sent)
    command = form.command_of(values)
    typed = {form.id: values}
    if isinstance(command, dict):
        return _page(
            page, visit, view, action, status=422, typed=typed, wrong={form.id: command}, hidden=hidden
        )
    content = json.dumps(command.wire(), sort_keys=True) if form.repeatable else ""
    given = command_id(form.id, content)
    try:
        await gateway.turnabout.stream(visit.stream).execute(command, id=given, actor=visit.person)
    except Rejected as refused:
        if refused.rule in AGAIN and await gateway.reads.receipt(visit.stream, given) is not None:
            return RedirectResponse(f"{action}?saved={given}", 303)
        told = {form.id: {"": _told(refused)}}
        return _page(page, visit, view, action, status=409, typed=typed, wrong=told, hidden=hidden)
    except NotFound:
        raise
    except Unreachable:
        _log.warning("answer_not_stored")
        told = {
            form.id: {"": "This is not saved yet: we cannot be reached. Please send it again in a minute."}
        }
        return _page(page, visit, view, action, status=503, typed=typed, wrong=told, hidden=hidden)
    except TurnaboutError:
        _log.exception("answer_failed")
        told = {form.id: {"": "This is not saved: something went wrong on our side, and we were told."}}
        return _page(page, visit, view, action, status=500, typed=typed, wrong=told, hidden=hidden)
    return RedirectResponse(f"{action}?saved={given}", 303)


def _name(sent: Mapping[str, Sequence[str]]) -> str:
    return (sent.get("form") or [""])[0]


async def _stored(
    gateway: Gateway,
    visit: Visit,
    sent: Mapping[str, Sequence[str]],
    command_id: Callable[[str, str], str],
) -> bool:
    """Whether a form that the page no longer shows was taken before: a second press of the button."""
    return await gateway.reads.receipt(visit.stream, command_id(_name(sent), "")) is not None


def _told(refused: Rejected) -> str:
    reason = refused.message.partition("] ")[2] or refused.message
    return " ".join(filter(None, [f"{reason[:1].upper()}{reason[1:]}", refused.hint]))


def _page(
    page: Page,
    visit: Visit,
    view: View,
    action: str,
    *,
    status: int = 200,
    saved: bool = False,
    typed: Mapping[str, Mapping[str, Any]] | None = None,
    wrong: Mapping[str, Mapping[str, str]] | None = None,
    hidden: Mapping[str, str] | None = None,
) -> Response:
    forms = [_filled(form, view, typed or {}, wrong or {}) for form in view.forms]
    context = {
        "title": page.title,
        "seen_by": page.seen_by,
        "intro": page.intro,
        "page": page,
        "visit": visit,
        "zone": visit.zone,
        "forms": forms,
        "closed": view.closed,
        "saved": saved,
        "action": action,
        "hidden": hidden or {},
        "wrong": any(one["wrong"] for one in forms),
        **view.context,
    }
    return render.page(page.template, context, status=status)


def _filled(
    form: Form,
    view: View,
    typed: Mapping[str, Mapping[str, Any]],
    wrong: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    return {
        "form": form,
        "given": {**view.given.get(form.id, {}), **typed.get(form.id, {})},
        "wrong": wrong.get(form.id, {}),
    }
