"""The pages of somebody signed in: all that links open, and those of roles. Not theirs is like not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Query, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from events.sealing import SEALED
from turnabout.contact import Contact
from workers.gateway import live, render, serving
from workers.gateway.addresses import HOME, SIGN_IN, address, around
from workers.gateway.by_link import sent_by
from workers.gateway.desk import roles_of
from workers.gateway.house import Gateway
from workers.gateway.mine import overview
from workers.gateway.pages import PAGES
from workers.gateway.roles import ROLE_PAGES, back_of
from workers.gateway.sessions import FIELD, Session, Sessions
from workers.gateway.signin import sign_in_first
from workers.gateway.visit import Account, Page, Visit

_log = structlog.stdlib.get_logger(__name__)
ALL: Mapping[str, Page] = {**PAGES, **ROLE_PAGES}
_Part = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
_Where = Annotated[str | None, Query(alias="in", pattern=r"^(cohort|pair)-[a-z0-9-]{1,120}$")]
_Saved = Annotated[str | None, Query(pattern="^form-[0-9a-f]{40}$")]


def router(gateway: Gateway, sessions: Sessions) -> APIRouter:
    """The routes below `/my`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(HOME)
    async def mine(request: Request, saved: _Saved = None, where: _Where = None) -> Response:
        who = await _who(gateway, sessions, request)
        if isinstance(who, Response):
            return who
        session, contact = who
        found = await overview(gateway, contact, await gateway.clock())
        account = _account(sessions, session, contact)
        kept = await gateway.reads.receipt(where, saved) if saved and where else None
        context = {**found.context(), "account": account, "saved": kept is not None}
        return live.current(request, render.page("mine.html.j2", context))

    @routes.get(HOME + "/{stream}/{name}")
    @routes.get(HOME + "/{stream}/{name}/{item}")
    async def look(
        request: Request, stream: _Part, name: _Part, item: _Part | None = None, saved: _Saved = None
    ) -> Response:
        found = await _open(gateway, sessions, request, stream, name, item)
        if isinstance(found, Response):
            return found
        page, visit = found
        shown = await serving.show(gateway, page, visit, address(stream, name, item), saved=saved)
        sent = live.current(request, shown)
        if page.logged and sent.status_code == 200:
            _log.warning(page.logged, stream=SEALED, actor=visit.person)
        return sent

    @routes.post(HOME + "/{stream}/{name}")
    @routes.post(HOME + "/{stream}/{name}/{item}")
    async def answer(request: Request, stream: _Part, name: _Part, item: _Part | None = None) -> Response:
        sent = await sent_by(request)
        found = await _open(gateway, sessions, request, stream, name, item, sent=sent)
        if isinstance(found, Response):
            return found
        page, visit = found
        given = partial(sessions.command_id, visit.person, stream, name)
        taken = await serving.take(gateway, page, visit, sent, address(stream, name, item), given)
        return await _left(page, visit, taken) or taken

    async def _left(page: Page, visit: Visit, taken: Response) -> Response | None:
        """Where somebody goes whom the page is not for any more, such as a lead who has handed over."""
        state = await gateway.desk.look(visit.stream)
        if taken.status_code != 303 or (state and page.is_for(visit.stream, roles_of(state, visit.person))):
            return None
        return RedirectResponse(
            f"{HOME}?in={visit.stream}&{taken.headers['location'].partition('?')[2]}", 303
        )

    return routes


async def _who(gateway: Gateway, sessions: Sessions, request: Request) -> tuple[Session, Contact] | Response:
    """Who is signed in, if the directory still knows them; else the way to signing in."""
    session = sessions.of(request, await gateway.clock())
    contact = (await gateway.people.find([session.person])).get(session.person) if session else None
    if session is None or contact is None:
        return sign_in_first(request.url.path)
    return session, contact


async def _open(
    gateway: Gateway,
    sessions: Sessions,
    request: Request,
    stream: str,
    name: str,
    item: str | None,
    *,
    sent: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Page, Visit] | Response:
    """A page as the one who is signed in may see it; `sent` is the form that they send to it."""
    who = await _who(gateway, sessions, request)
    if isinstance(who, Response):
        return who if sent is None else _signed_out()
    session, contact = who
    if sent is not None and not sessions.is_csrf(session, _first(sent, FIELD)):
        return _signed_out()
    page, state = ALL.get(name), await gateway.desk.look(stream)
    roles = roles_of(state, contact.id) if state is not None else frozenset()
    if page is None or state is None or not page.is_for(stream, roles):
        raise HTTPException(404)
    now = await gateway.clock()
    visit = Visit(
        contact.id,
        stream,
        item,
        state,
        roles,
        now,
        contact,
        around(stream),
        account=_account(sessions, session, contact, back_of(name, stream, state)),
    )
    return page, visit


def _account(
    sessions: Sessions, session: Session, contact: Contact, back: tuple[str, str] | None = None
) -> Account:
    mark = sessions.command_id(contact.id, "drafts")
    return Account(name=contact.name, csrf=sessions.csrf(session), mark=mark, back=back)


def _signed_out() -> Response:
    return render.message(
        "This is not saved: please sign in again",
        "What you typed is kept in this window: sign in, and open the page once more.",
        status=403,
        leads=SIGN_IN,
        leads_label="Sign in",
    )


def _first(sent: Mapping[str, Any], name: str) -> str:
    return next(iter(sent.get(name, ())), "")
