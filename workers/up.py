"""`turnabout up`: the whole stack on servers of its own, for one machine and in real time.

Beside worker, projector and servers it runs the gateway, a mail server that keeps every letter for its page,
and a sign-in service that asks for no proof. What the settings name in place of these is used instead.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog

from projections.feed import pause
from turnabout.errors import TurnaboutError, Unreachable
from workers import assembly
from workers.background import beside
from workers.demo import example
from workers.embedded.dev_provider import Known, dev_provider
from workers.embedded.mail_page import Start, mail_page
from workers.embedded.mailbox import Mailbox, mail_server
from workers.embedded.stack import Stack
from workers.embedded.state import StateDirectory
from workers.gateway.addresses import SIGN_IN
from workers.gateway.app import application
from workers.gateway.desk import roles_of
from workers.gateway.house import Gateway
from workers.http_server import listening, serving
from workers.processes import RETRY_SECONDS, run
from workers.settings import EngineSettings

SENDER = "turnabout@example.org"
"""Who the letters come from, where no mail server is named."""

_log = structlog.stdlib.get_logger(__name__)


def up(directory: Path | None = None, *, with_example: bool = False) -> int:
    """`turnabout up`: returns the exit code. `directory` replaces the setting `state_dir`; `with_example`
    puts the example into an empty stack."""
    replaced = {"state_dir": directory} if directory else {}
    return run(partial(run_up, with_example=with_example), **replaced)


async def run_up(settings: EngineSettings, stop: asyncio.Event, *, with_example: bool = False) -> None:
    """Run the whole stack until `stop`; its addresses go to stdout.

    Raises TurnaboutError when one runs on the same directory, InvalidInput for a port that is taken,
    Unreachable when a server ends by itself.
    """
    lost: str | None = None
    try:
        async with everything(settings) as (stack, house):
            _show({**house.addresses, **stack.addresses})
            _log.info("up_runs", path=str(settings.state_dir))
            async with AsyncExitStack() as exits:
                if with_example:
                    await exits.enter_async_context(beside(_with_example(stack, house)))
                try:
                    while not stop.is_set() and not stack.lost:
                        await pause(RETRY_SECONDS, stop)
                finally:
                    lost = stack.lost
            _log.info("up_stops")
    except BaseException as error:  # a worker that meets the loss before us fails in its own way
        if lost is None:
            raise
        raise _lost(lost) from error
    if lost:
        raise _lost(lost)


@dataclass
class House:
    """What `up` runs beside the stack: the gateway, and where things are. `starts` is what the page of
    the mails proposes to try."""

    gateway: Gateway
    addresses: Mapping[str, str]
    starts: list[Start] = field(default_factory=list)


@asynccontextmanager
async def everything(settings: EngineSettings) -> AsyncIterator[tuple[Stack, House]]:
    """The stack, and beside it gateway, mails and sign-in. Raises as `run_up` does."""
    addresses: dict[str, str] = {}
    parts: list[Gateway] = []
    starts: list[Start] = []
    with StateDirectory(settings.state_dir).locked():
        pass  # whoever runs here already is named before a port of theirs is
    async with AsyncExitStack() as exits:
        socket = listening(settings.gateway_host, settings.gateway_port, "gateway")
        exits.callback(socket.close)
        base = (settings.gateway_url or f"http://127.0.0.1:{socket.getsockname()[1]}").rstrip("/")
        addresses["pages"] = base
        if "notify_channels" not in settings.model_fields_set:
            mailbox = Mailbox()
            port = await exits.enter_async_context(mail_server(mailbox))
            addresses["mails"] = await exits.enter_async_context(
                mail_page(mailbox, settings.mail_port, lambda: starts)
            )
            settings = _mailing_to(settings, port)
        if settings.oidc_issuer is None:

            async def known() -> Sequence[Known]:
                return await _known(parts[0]) if parts else []

            provider = await exits.enter_async_context(dev_provider(known, settings.oidc_port))
            settings = settings.model_copy(update={"oidc_issuer": provider.issuer})
        addresses["sign in"] = f"{base}{SIGN_IN}"
        stack = await exits.enter_async_context(Stack.lasting(settings, at=base))
        gateway = assembly.a_gateway(
            stack.client, stack.pool, stack.reads, settings, links=stack.links(base), master=stack.master
        )
        parts.append(gateway)
        await exits.enter_async_context(
            serving(
                application(gateway),
                socket,
                grace=settings.shutdown_timeout,
                proxies=settings.gateway_proxies,
            )
        )
        yield stack, House(gateway, addresses, starts)


def _mailing_to(settings: EngineSettings, port: int) -> EngineSettings:
    return settings.model_copy(
        update={
            "notify_channels": ("smtp",),
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_security": "none",
            "smtp_username": None,
            "smtp_password": None,
            "smtp_from": settings.smtp_from or SENDER,
        }
    )


async def _known(gateway: Gateway) -> list[Known]:
    """Everybody in the directory, with what they are."""
    about: dict[str, list[str]] = {}
    for board in await gateway.reads.boards():
        state = await gateway.desk.look(f"cohort-{board.cohort}")
        if state is not None:
            for one in await gateway.people.everybody():
                about.setdefault(one.id, []).extend(
                    f"{role.value} in {board.name}" for role in sorted(roles_of(state, one.id))
                )
    return [
        Known(one.id, one.name, one.email, about.get(one.id, ())) for one in await gateway.people.everybody()
    ]


async def _with_example(stack: Stack, house: House) -> None:
    """Put the example there and say what to try. What fails of it leaves the stack as it is."""
    try:
        turn = await example.put_example(stack.turnabout, stack.log, house.gateway.people)
        if turn is not None:
            house.starts.extend(await _starts(house, turn, datetime.now(UTC)))
    except (TurnaboutError, TimeoutError):
        _log.exception("example_failed")
        return
    if turn is None:
        _say("The example was left out: there are other cohorts here.")
    else:
        where = house.addresses.get("mails")
        _say(
            f"The example is ready: see {where} for what to try first." if where else "The example is ready."
        )


async def _starts(house: House, turn: example.Turn, now: datetime) -> list[Start]:
    """A way in for each part that a newcomer may play."""
    mentor, mentee, sponsor = turn.terms.mentor, turn.terms.mentee, turn.spec.sponsor.id
    names = await house.gateway.names([mentor, mentee, sponsor, turn.spec.lead.id])

    def link(person: str, stream: str, page: str) -> str:
        return house.gateway.links.issue(person, stream, page, None, now)

    return [
        Start(
            f"{names[sponsor]}, sponsor: sign the charter of a cohort that waits for it",
            link(sponsor, f"cohort-{example.WAITING}", "charter"),
        ),
        Start(f"{names[mentee]}, mentee: prepare the pair", link(mentee, example.LEFT, "prepare")),
        Start(f"{names[mentor]}, mentor: prepare the same pair", link(mentor, example.LEFT, "prepare")),
        Start(
            f"{names[turn.spec.lead.id]}, lead, or anybody else: sign in and see what waits",
            house.addresses["sign in"],
        ),
    ]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _show(addresses: Mapping[str, str]) -> None:
    width = max(map(len, addresses))
    _say("\n".join(f"{name:<{width}}  {address}" for name, address in addresses.items()))


def _lost(server: str) -> Unreachable:
    return Unreachable(
        f"{server} has ended by itself.", hint="`turnabout up` goes on where this one stopped."
    )
