"""A visit: somebody looks at a page about a stream, by a link or signed in. And what the page shows them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from turnabout.commands.base import PARTNERS, SPONSOR
from turnabout.contact import Contact
from turnabout.model import Role
from workers.gateway.desk import State
from workers.gateway.fields import Form
from workers.gateway.house import Gateway
from workflows.rules.cohort_state import CohortState
from workflows.rules.pair_state import PairState


@dataclass(frozen=True)
class Account:
    """Somebody signed in, as the head of a page names them; `csrf` lets their forms through, `mark` keeps
    what they type in a browser apart from what others type there, `back` is the address of the page that this
    one belongs to, and how it is called."""

    name: str
    csrf: str
    mark: str = ""
    back: tuple[str, str] | None = None


@dataclass(frozen=True)
class Visit:
    """Who looks, at what, as what, when. `item` is what a link is about; `contact` is the visitor's entry in
    the directory; `to(page, item, stream)` is the address of another page for the same person, about the same
    stream where None, reached as this one was. `account` is set for somebody signed in."""

    person: str
    stream: str
    item: str | None
    state: State
    roles: frozenset[Role]
    now: datetime
    contact: Contact | None
    to: Callable[..., str]
    account: Account | None = None

    @property
    def pair(self) -> PairState:
        """The state of the visited pair."""
        assert isinstance(self.state, PairState)  # noqa: S101 -- the catalogue sends pages of pairs to pairs
        return self.state

    @property
    def cohort(self) -> CohortState:
        """The state of the visited cohort."""
        assert isinstance(self.state, CohortState)  # noqa: S101 -- as above
        return self.state

    @property
    def takes_part(self) -> bool:
        """Whether the visitor is a participant here: mentor, mentee or sponsor."""
        return bool(self.roles & (PARTNERS | SPONSOR))

    @property
    def own_pairs(self) -> tuple[str, ...]:
        """The streams of the visitor's pairs in the visited cohort."""
        if not isinstance(self.state, CohortState):
            return ()
        return tuple(name for name, one in self.state.pairs.items() if self.person in one.people)

    @property
    def zone(self) -> ZoneInfo:
        """Where the visitor's clock is."""
        return ZoneInfo(self.contact.timezone if self.contact else "UTC")

    @property
    def partner(self) -> str | None:
        """The other one of the visited pair."""
        if isinstance(self.state, PairState):
            return next((one for one in self.state.partners if one != self.person), None)
        return None


@dataclass(frozen=True)
class File:
    """Something to keep, which a browser saves under its name."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class View:
    """What a page shows: its forms, or why there is nothing to answer (`closed`), what it says before them
    (`told`), and what its template needs beside them. `given` holds values to begin with, by form and
    field. A `file` is sent in place of the page."""

    forms: tuple[Form, ...] = ()
    closed: str | None = None
    told: str = ""
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    context: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    file: File | None = None


Show = Callable[[Gateway, Visit], Awaitable[View]]


@dataclass(frozen=True)
class Done:
    """What a page says after it acted."""

    title: str
    text: str


Act = Callable[[Gateway, Visit, Mapping[str, Sequence[str]]], Awaitable[View | Done]]
"""What a page does with what it is sent, beyond commands: the page once more where that does not fit."""


@dataclass(frozen=True)
class Page:
    """A page. `of` is the kind of stream it is about, `roles` who may see it, `seen_by` who learns what is
    answered here, in a sentence that the page shows. A `live` one is kept up to date though it has forms. To
    a `private` one no link of another page leads, but for those of the same name: it takes or shows what is
    said in confidence, or cannot be undone, and letters are passed on. Its own letter brings its link.
    `logged`: what the log says each time somebody gets to see it."""

    name: str
    title: str
    of: str
    roles: frozenset[Role]
    seen_by: str
    show: Show
    template: str = "form_page.html.j2"
    intro: str = ""
    act: Act | None = None
    live: bool = False
    private: str = ""
    logged: str = ""

    def is_for(self, stream: str, roles: frozenset[Role]) -> bool:
        """Whether somebody with these roles in a stream may see this page of it."""
        return stream.startswith(f"{self.of}-") and bool(roles & self.roles)
