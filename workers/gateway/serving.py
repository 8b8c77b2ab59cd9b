"""Shows a page of a visit and takes what it sends: the one road of every form, by a link or signed in.

A form is taken only where the page would show it now. The answer comes when the command is stored, never
before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import structlog
from starlette.responses import JSONResponse, RedirectResponse, Response

from turnabout.errors import Rejected, TurnaboutError, Unreachable
from workers.gateway import render
from workers.gateway.fields import Form, Mark
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_log = structlog.stdlib.get_logger(__name__)
NOT_YET = "This is not saved yet: we cannot be reached. Please send it again in a minute."
NOT_SAVED = "This is not saved: something went wrong on our side, and we were told."


async def show(
    gateway: Gateway, page: Page, visit: Visit, action: str, *, saved: str | None = None
) -> Response:
    """The page as it is now. `saved` is the id of a command that was just given: the page says `Saved` only
    where the log holds it."""
    view = await page.show(gateway, visit)
    if view.file is not None:
        named = {"Content-Disposition": f'attachment; filename="{view.file.name}"'}
        return Response(view.file.content, media_type=view.file.media_type, headers=named)
    kept = saved is not None and await gateway.reads.receipt(visit.stream, saved) is not None
    return _page(page, visit, view, action, saved=kept)


async def take(
    gateway: Gateway,
    page: Page,
    visit: Visit,
    sent: Mapping[str, Sequence[str]],
    action: str,
    command_id: Callable[[str, str], str],
) -> Response:
    """Give the command of the form that was sent, and lead back to the page. What does not fit, or is refused
    by a rule, comes back with everything that was typed; `command_id(form, content)` makes the id."""
    view = await page.show(gateway, visit)
    name = (sent.get("form") or [""])[0]
    form = next((one for one in view.forms if one.id == name), None)
    if form is None:
        given = command_id(name, "")
        if await gateway.reads.receipt(visit.stream, given) is not None:  # a second press of the button
            return _saved(action, given)
        return _page(page, visit, view, action, status=409)
    values = form.read(sent)
    if form.check is not None and "check" in sent:
        marks = form.check(values)
        if sent["check"][0] == "while_typing":
            return JSONResponse([asdict(mark) for mark in marks])
        return _page(page, visit, view, action, typed={form.id: values}, marks={form.id: marks})
    command = form.command_of(values)

    def back(status: int, wrong: Mapping[str, str]) -> Response:
        return _page(
            page, visit, view, action, status=status, typed={form.id: values}, wrong={form.id: wrong}
        )

    if isinstance(command, dict):
        return back(422, command)
    given = command_id(form.id, json.dumps(command.wire(), sort_keys=True) if form.repeatable else "")
    try:
        await gateway.turnabout.stream(visit.stream).execute(command, id=given, actor=visit.person)
    except Rejected as refused:
        return _saved(action, given) if refused.rule == "E1" else back(409, {"": _told(refused)})
    except Unreachable:
        _log.warning("answer_not_stored")
        return back(503, {"": NOT_YET})
    except TurnaboutError:
        _log.exception("answer_failed")
        return back(500, {"": NOT_SAVED})
    return _saved(action, given)


def _saved(action: str, command_id: str) -> Response:
    return RedirectResponse(f"{action}?saved={command_id}", 303)


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
    marks: Mapping[str, Sequence[Mark]] | None = None,
) -> Response:
    forms = [_filled(form, view, typed or {}, wrong or {}, marks or {}) for form in view.forms]
    context = {
        "title": page.title,
        "seen_by": page.seen_by,
        "intro": page.intro,
        "page": page,
        "visit": visit,
        "zone": visit.zone,
        "forms": forms,
        "closed": view.closed,
        "told": view.told,
        "saved": saved,
        "action": action,
        **view.context,
    }
    return render.page(page.template, context, status=status)


def _filled(
    form: Form,
    view: View,
    typed: Mapping[str, Mapping[str, Any]],
    wrong: Mapping[str, Mapping[str, str]],
    marks: Mapping[str, Sequence[Mark]],
) -> dict[str, Any]:
    return {
        "form": form,
        "given": {**view.given.get(form.id, {}), **typed.get(form.id, {})},
        "wrong": wrong.get(form.id, {}),
        "marks": marks.get(form.id, ()),
    }
