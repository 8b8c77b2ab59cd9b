"""The pages that a link opens: GET shows and changes nothing, for mail scanners follow links; POST acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from activities.asks import CONCERN, NEW_LINK
from activities.links import PATH, Ticket
from events.contracts import Notify
from turnabout.errors import LinkRefused
from workers.gateway import live, render, serving
from workers.gateway.desk import roles_of
from workers.gateway.house import Gateway
from workers.gateway.pages import PAGES
from workers.gateway.visit import Page, Visit

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""The end of a link that opens nothing and can only be asked for by mail."""


def router(gateway: Gateway) -> APIRouter:
    """The routes below `/link/`."""
    routes = APIRouter(include_in_schema=False)

    @routes.get(PATH + "{token}")
    async def look(
        request: Request,
        token: str,
        saved: Annotated[str | None, Query(pattern="^link-[0-9a-f]{40}$")] = None,
    ) -> Response:
        found = await _open(gateway, token)
        if isinstance(found, Response):
            return found
        page, visit = found
        return live.current(request, await serving.show(gateway, page, visit, PATH + token, saved=saved))

    @routes.post(PATH + "{token}")
    async def answer(token: str, request: Request) -> Response:
        sent = await sent_by(request)
        found = await _open(gateway, token, renew="renew" in sent)
        if isinstance(found, Response):
            return found
        page, visit = found
        given = partial(gateway.links.command_id, token)
        return await serving.take(gateway, page, visit, sent, PATH + token, given)

    return routes


async def sent_by(request: Request) -> Mapping[str, Sequence[str]]:
    """The fields of a form, each with all its values."""
    form = await request.form(max_files=0)
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


async def _open(gateway: Gateway, token: str, *, renew: bool = False) -> tuple[Page, Visit] | Response:
    """What a link leads to, or the page by which an expired one is renewed. Raises LinkRefused."""
    ticket = gateway.links.open(token)
    now = await gateway.clock()
    page = PAGES.get(ticket.page)
    state = await gateway.desk.look(ticket.stream)
    roles = roles_of(state, ticket.person) if state is not None else frozenset()
    contact = (await gateway.people.find([ticket.person])).get(ticket.person)
    if page is None or state is None or contact is None or not page.is_for(ticket.stream, roles):
        raise LinkRefused
    if now > ticket.expires_at:
        return await _renewed(gateway, ticket, now) if renew else _expired(page, ticket, token)

    def to(name: str, item: str | None = None, stream: str | None = None) -> str:
        other: dict[str, object] = {"page": name, "item": item, "stream": stream or ticket.stream}
        inward = str(other["stream"]).startswith("pair-") and ticket.stream.startswith("cohort-")
        hidden = PAGES[name].private and PAGES[name].private != page.private
        # The steward is reached from everywhere; a letter of the cohort leads to nothing else of a pair.
        if hidden or (inward and name != CONCERN):
            other["expires_at"] = NEVER
        return PATH + gateway.links.seal(ticket.model_copy(update=other))

    visit = Visit(ticket.person, ticket.stream, ticket.item, state, roles, now, contact, to)
    return page, visit


def _expired(page: Page, ticket: Ticket, token: str) -> Response:
    if ticket.expires_at == NEVER:
        return render.message(
            page.title,
            "This page is for you alone, and a letter may have been passed on. So we send you a link to it, "
            "to the address that we know.",
            status=410,
            action=PATH + token,
        )
    return render.message(
        "This link has expired",
        "Links in our mails work for some weeks. We can send you a new one, to the address that we know.",
        status=410,
        action=PATH + token,
    )


async def _renewed(gateway: Gateway, ticket: Ticket, now: datetime) -> Response:
    """Send the link again, once a day at most: the message's id follows from link and day."""
    day = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    event = str(uuid5(NAMESPACE_URL, f"{gateway.links.seal(ticket)} {day.isoformat()}"))
    asked = Notify(
        template=NEW_LINK,
        to=(ticket.person,),
        due_at=now,
        useful_until=now + timedelta(days=1),
        values={"item": ticket.item, "page": ticket.page},
    )
    await gateway.notifier.notify(ticket.stream, event, asked, now)
    return render.message("A new link is on its way", "Look into your mail in a few minutes.")
