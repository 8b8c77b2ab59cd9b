"""The demo's people with a browser for hands: each opens the link of a letter, reads the page, fills in its
form and waits to see that it is saved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from playwright.async_api import BrowserContext, Page

from activities.links import PATH
from tests.browser.chromium import DESKTOP, Chromium
from tests.browser.typing_in import fill
from tests.gateway.browsing import PAGE_OF, STAFFS_PAGE_OF
from tests.notify.post import PostOffice, text_of
from tests.waiting import until
from turnabout.commands.base import Command
from turnabout.errors import Rejected
from turnabout.messages import Receipt
from workers.gateway.addresses import HOME, address
from workers.gateway.by_session import ALL
from workers.gateway.desk import roles_of
from workers.gateway.fields import Form
from workers.gateway.house import Gateway
from workers.gateway.pages import PAGES
from workers.gateway.visit import Visit

_LINK = re.compile(r"^\s*(http\S+" + PATH + r"\S+)\s*$", re.MULTILINE)


@dataclass
class Hands:
    """In place of the client that `Play` speaks through. `sent` counts the forms by command; participants use
    their `phone`, staff have each a desk. `renewed` counts links that came by a letter of their
    own, as the one at hand had expired or was of another page."""

    gateway: Gateway
    office: PostOffice
    chromium: Chromium
    phone: BrowserContext
    base: str
    sent: Counter[str] = field(default_factory=Counter)
    opened: set[str] = field(default_factory=set)
    renewed: int = 0
    _read: int = 0
    _desks: dict[str, BrowserContext] = field(default_factory=dict)
    _idle: dict[BrowserContext, list[Page]] = field(default_factory=dict)
    _links: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def stream(self, name: str) -> Reader:
        return Reader(self, name)

    async def desk_of(self, person: str) -> BrowserContext:
        """Where somebody of the staff is signed in."""
        if person not in self._desks:
            self._desks[person] = await self.chromium.somebody(DESKTOP)
        return self._desks[person]

    @asynccontextmanager
    async def tab(self, window: BrowserContext) -> AsyncIterator[Page]:
        """A tab that nobody uses now, whatever it shows."""
        idle = self._idle.setdefault(window, [])
        page = idle.pop() if idle else await window.new_page()
        yield page
        idle.append(page)

    def link(self, person: str, stream: str, page: str) -> str | None:
        """The latest link in somebody's mail that leads to a page about a stream."""
        for mail in self.office.mails[self._read :]:
            for link in links_in(mail):
                ticket = self.gateway.links.open(link.rpartition("/")[2])
                self._links[ticket.person, ticket.stream, ticket.page] = link
        self._read = len(self.office.mails)
        return self._links.get((person, stream, page))


def links_in(mail: EmailMessage) -> list[str]:
    """The addresses that a mail's text shows."""
    return _LINK.findall(text_of(mail))


@dataclass(frozen=True)
class Reader:
    """One stream, as somebody reaches it by mail."""

    hands: Hands
    name: str

    async def execute(self, command: Command, *, actor: str) -> Receipt | None:
        """Do in the browser what the command asks. Raises Rejected where the page refuses it or does not show
        it."""
        state = await self.hands.gateway.desk.look(self.name)
        assert state is not None
        roles, name = roles_of(state, actor), PAGE_OF.get(command.type)
        by_mail = name is not None and bool(roles & PAGES[name].roles)
        if not by_mail:
            name = STAFFS_PAGE_OF[command.type]
        assert name is not None
        who = self.hands.phone if by_mail else await self.hands.desk_of(actor)
        async with self.hands.tab(who) as page:
            await (self._open(page, actor, name) if by_mail else self._sign_in(page, actor, name))
            await self._answer(page, command, actor, name)
        self.hands.sent[command.type] += 1
        return None

    async def _answer(self, page: Page, command: Command, actor: str, name: str) -> None:
        check = self.hands.chromium.check
        await check(page, name)
        form, visit = await self._form(command, actor, name, page)
        shown = page.locator("form").filter(has=page.locator(f'input[name="form"][value="{form.id}"]'))
        await fill(form, shown, command.wire(), visit.zone)
        await shown.get_by_role("button", name=form.submit, exact=True).click()
        answer = page.locator(".saved, .wrong").first
        await answer.wait_for()
        if "Saved" not in (told := await answer.inner_text()):
            await check(page, f"{name} refused")
            raise Rejected("page", told)
        await check(page, f"{name} saved")

    async def _sign_in(self, page: Page, actor: str, name: str) -> None:
        """As staff do: by the organisation's account, and from there to the page."""
        await page.goto(f"{self.hands.base}{HOME}")
        if page.url.endswith(HOME):
            await self.hands.chromium.check(page, "my")
        else:
            await self.hands.chromium.check(page, "sign in")
            await page.get_by_role("link", name="Sign in", exact=True).click()
            people = await self.hands.gateway.people.find([actor])
            await page.get_by_role("link", name=people[actor].name, exact=True).click()
            await page.wait_for_url(f"**{HOME}")
        await page.goto(f"{self.hands.base}{address(self.name, name)}")

    async def _open(self, page: Page, actor: str, name: str) -> None:
        """By the letter that asks, else by the pair's page, whose link every letter to a partner has."""
        letter = self.hands.link(actor, self.name, name)
        if letter is None:
            home = self.hands.link(actor, self.name, "home")
            assert home is not None, f"No letter leads {actor} to {name} of {self.name}"
            await page.goto(home)
            await self.hands.chromium.check(page, "home")
            # Each link's name, as far as it leads to that page.
            for link in await page.locator("a").all():
                target = await link.get_attribute("href") or ""
                if PATH in target and self._leads_to(target) == name:
                    await link.click()
                    break
            else:
                raise AssertionError(f"Nothing on their page leads {actor} to {name} of {self.name}")
            await page.wait_for_load_state()
        else:
            self.hands.opened.add(letter)
            await page.goto(letter)
        renew = page.get_by_role("button", name="Send me a new link")
        if await renew.count():
            await renew.click()
            await page.get_by_text("A new link is on its way").wait_for()
            await page.goto(await until(lambda: self._newer(actor, name, letter)))
            self.hands.renewed += 1

    async def _newer(self, actor: str, name: str, than: str | None) -> str:
        found = self.hands.link(actor, self.name, name)
        return found if found and found != than else ""

    def _leads_to(self, address: str) -> str:
        return self.hands.gateway.links.open(address.rpartition("/")[2]).page

    async def _form(self, command: Command, actor: str, name: str, page: Page) -> tuple[Form, Visit]:
        """The form of the page that gives the command; of several, the one about what it is about."""
        gateway = self.hands.gateway
        state = await gateway.desk.look(self.name)
        assert state is not None
        contact = (await gateway.people.find([actor])).get(actor)
        item = gateway.links.open(page.url.rpartition("/")[2]).item if PATH in page.url else None
        now = await gateway.clock()
        visit = Visit(actor, self.name, item, state, roles_of(state, actor), now, contact, str)
        view = await ALL[name].show(gateway, visit)
        values = command.wire()
        for form in view.forms:
            if type(command) is form.command and _fits(form, values):
                return form, visit
        raise Rejected("page", f"{name} does not show {command.type} now")


def _fits(form: Form, values: dict[str, Any]) -> bool:
    fixed = form.fixed or {}
    return all(values[name] in {value, None} for name, value in fixed.items() if name != "minutes")
