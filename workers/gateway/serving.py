"""Shows a page of a visit and takes what it sends: the one road of every form, by a link or signed in.

A form is taken only where the page would show it now. The answer comes when the command is stored, never
before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import structlog
from starlette.responses import JSONResponse, RedirectResponse, Response

from turnabout.errors import Rejected, TurnaboutError, Unreachable
from workers.gateway import render
from workers.gateway.fields import Form
from workers.gateway.house import Gateway
from workers.gateway.presses import Tried, fresh, instead, named, pressed, shown_before
from workers.gateway.visit import Done, Page, View, Visit
from workers.gateway.words import in_words

_log = structlog.stdlib.get_logger(__name__)
NOT_YET = "This is not saved yet: we cannot be reached. Please send it again in a minute."
NOT_SAVED = "This is not saved: something went wrong on our side, and we were told."
ANSWERED = "You have answered already; what you sent now was not saved."
MEANWHILE = (
    "This was settled while you wrote, so it is not saved. Read what stands now; to change it, send yours "
    "again."
)
GONE = "What you sent was not saved: it is not asked any more."
ONCE_MORE = (
    "You have sent this page before, and what you sent now was not saved. If it is new, send it again."
)


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
    return _page(page, visit, view, action, saved=kept, live=page.live or not view.forms)


async def take(
    gateway: Gateway,
    page: Page,
    visit: Visit,
    sent: Mapping[str, Sequence[str]],
    action: str,
    command_id: Callable[[str, str], str],
) -> Response:
    """Give the command of the form that was sent, and lead back to the page. What does not fit, or is refused
    by a rule, comes back with everything that was typed; `command_id(form, press)` makes the id."""
    if page.act is not None:
        done = await page.act(gateway, visit, sent)
        if isinstance(done, Done):
            return render.message(done.title, done.text)
        return _page(page, visit, done, action, 422)
    name, press = (sent.get("form") or [""])[0], pressed(sent)
    given = command_id(name, press)
    view = await page.show(gateway, visit)
    asked = named(view, name)
    # A second press of the button, or another tab: the workflow tells whether it is the same answer.
    form = asked or await shown_before(gateway, page, visit, name, given)
    if form is None:
        again = instead(view, name)
        tried = Tried(again, again.read(sent), {"": MEANWHILE}, fresh()) if again else None
        return _page(page, visit, view, action, 409, notice="" if again else GONE, tried=tried)
    values = form.read(sent)
    if asked is not None and asked.check is not None and "check" in sent:
        marks = asked.check(values)
        if sent["check"][0] == "while_typing":
            return JSONResponse([asdict(mark) for mark in marks])
        return _page(page, visit, view, action, tried=Tried(asked, values, {}, press, marks))
    command = form.command_of(values, visit.zone)

    def back(status: int, wrong: Mapping[str, str], again: str) -> Response:
        if asked is None:
            return _page(page, visit, view, action, status, notice=wrong.get("", ANSWERED))
        marks = asked.check(values) if asked.check is not None else ()
        return _page(page, visit, view, action, status, tried=Tried(form, values, wrong, again, marks))

    if isinstance(command, dict):
        return back(422 if asked else 409, command, press)
    try:
        await gateway.turnabout.stream(visit.stream).execute(command, id=given, actor=visit.person)
    except Rejected as refused:
        if refused.rule != "E1":
            return back(409, {"": _told(refused, form)}, fresh())
        if form.repeatable:
            return back(409, {"": ONCE_MORE}, fresh())
        state = await gateway.desk.look(visit.stream)
        now = replace(visit, state=state) if state is not None else visit
        return _page(page, now, await page.show(gateway, now), action, 409, notice=ANSWERED)
    except Unreachable:
        _log.warning("answer_not_stored")
        return back(503, {"": NOT_YET}, press)  # it may be stored yet: the same id again
    except TurnaboutError:
        _log.exception("answer_failed")
        return back(500, {"": NOT_SAVED}, fresh())
    return _saved(action, given)


def _saved(action: str, command_id: str) -> Response:
    return RedirectResponse(f"{action}?saved={command_id}", 303)


def _told(refused: Rejected, form: Form) -> str:
    reason = refused.message.partition("] ")[2] or refused.message
    told = " ".join(filter(None, [f"{reason[:1].upper()}{reason[1:]}", refused.hint]))
    return in_words(told, form.fields)


def _page(
    page: Page,
    visit: Visit,
    view: View,
    action: str,
    status: int = 200,
    *,
    saved: bool = False,
    live: bool = False,
    notice: str = "",
    tried: Tried | None = None,
) -> Response:
    context = {
        "title": page.title,
        "seen_by": page.seen_by,
        "intro": page.intro,
        "page": page,
        "visit": visit,
        "account": visit.account,
        "zone": visit.zone,
        "forms": [_filled(form, view, tried) for form in view.forms],
        "closed": view.closed,
        "told": view.told,
        "saved": saved,
        "live": live,
        "notice": notice,
        "action": action,
        **view.context,
    }
    return render.page(page.template, context, status=status)


def _filled(form: Form, view: View, tried: Tried | None) -> dict[str, Any]:
    mine = tried if tried is not None and tried.form is form else None
    return {
        "form": form,
        "given": mine.values if mine else view.given.get(form.id, {}),
        "wrong": mine.wrong if mine else {},
        "marks": mine.marks if mine else (),
        "press": mine.press if mine else fresh() if form.repeatable else "",
    }
