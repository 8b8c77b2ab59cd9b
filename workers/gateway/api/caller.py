"""Who calls: the person in whose name a machine's token speaks, and what that person is in a stream."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from events.tokens import Scope
from turnabout.errors import InvalidInput, LinkRefused
from turnabout.model import Model, Role
from workers.gateway.api.problems import OutOfScope, Unauthenticated, nowhere
from workers.gateway.desk import State, roles_of
from workers.gateway.house import Gateway

STAFF = frozenset({Role.LEAD, Role.SPONSOR, Role.STEWARD})
"""The roles in which a machine may speak for somebody. Mentors and mentees answer in person."""

_BEARER = HTTPBearer(auto_error=False, description="A token of `turnabout token create`.")
After = Annotated[
    str | None,
    Query(max_length=500, description="Wait until this is in it: `position` of a command's answer. Opaque."),
]
_POSITION = "position"
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]


class Stored(Model):
    """A command that was stored. `position` is where in the log, as `after` of a read takes it: opaque, and
    the same whenever this command is asked for."""

    stream: str
    id: str
    position: str


@dataclass(frozen=True)
class Caller:
    """The person, as far as the API lets a machine speak for them."""

    person: str
    gateway: Gateway

    async def standing(self, stream: str) -> tuple[State, frozenset[Role]]:
        """A stream with the staff roles that the person has in it. Raises NotFound where that is none, as
        for a stream that does not exist."""
        state = await self.gateway.desk.look(stream)
        roles = roles_of(state, self.person) & STAFF if state is not None else frozenset[Role]()
        if state is None or not roles:
            raise nowhere()
        return state, roles

    def stored(self, stream: str, command_id: str, position: int) -> Stored:
        """What the person is told of a command that was stored."""
        return Stored(
            stream=stream, id=command_id, position=self.gateway.links.mark(_POSITION, str(position))
        )

    async def wait(self, after: str | None) -> None:
        """Return when the reads hold that position. Raises ReadsLagging, and InvalidInput for one that
        was never told."""
        if after is None:
            return
        try:
            position = int(self.gateway.links.marked(_POSITION, after))
        except LinkRefused:
            fault = "after: it must be `position` of the answer to a command"
            raise InvalidInput("There is nothing to wait for.", (fault,)) from None
        await self.gateway.reads.wait_for(position)


def _with(scope: Scope) -> Callable[[Request, Credentials], Awaitable[Caller]]:
    """The dependency of a route that needs a token with this scope. Raises Unauthenticated, OutOfScope."""

    async def known(request: Request, sent: Credentials) -> Caller:
        gateway: Gateway = request.app.state.gateway
        token = await gateway.tokens.holder(sent.credentials) if sent else None
        # Who is erased, or gone from the directory, speaks through no machine any more.
        if token is None or not await gateway.people.find([token.person]):
            raise Unauthenticated
        if scope not in token.scopes:
            raise OutOfScope(scope)
        return Caller(token.person, gateway)

    return known


Starter = Annotated[Caller, Depends(_with("cohorts:start"))]
Sender = Annotated[Caller, Depends(_with("commands:send"))]
Reader = Annotated[Caller, Depends(_with("reads"))]
