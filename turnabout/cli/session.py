"""What verbs share: a connection for one piece of work, and the engine's parts where they are installed."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Collection
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

from cyclopts import Parameter, validators

from turnabout.cli.output import Format, note, render, show_document
from turnabout.errors import EngineNotInstalled, InvalidInput

if TYPE_CHECKING:
    from turnabout.client import Turnabout
    from turnabout.commands.base import Command
    from turnabout.messages import Receipt
    from turnabout.reads import Reads

T = TypeVar("T")

Actor = Annotated[str | None, Parameter(help="Who gives the command, by id; default TURNABOUT_ACTOR.")]
CommandId = Annotated[
    str | None,
    Parameter(
        name="--id", help="Idempotency key, 1 to 200 characters without a colon: the same id is done once."
    ),
]
Body = Annotated[str, Parameter(name="--json", help="Its fields as JSON, @FILE, or @- for stdin.")]
Position = Annotated[int, Parameter(validator=validators.Number(gte=1, lt=2**63))]
After = Annotated[
    Position | None,
    Parameter(help="Wait until the read models hold this log position, as a receipt names it."),
]

AsOf = Annotated[
    str | None,
    Parameter(
        name="--as-of",
        help="Answer as of then (R104), from the log: a day such as 2026-05-01, or a moment. [engine]",
    ),
]

PATIENCE = 5.0
"""Seconds without an answer after which a person is told why."""


def connected(work: Callable[[Turnabout], Awaitable[T]], *, again: str = "") -> T:
    """Run one piece of work on a connection made by the settings, and say so when nobody answers. `again` is
    what makes a repetition harmless."""
    import asyncio

    async def session() -> T:
        from turnabout.client import Turnabout

        async with Turnabout.connect() as turnabout:
            said = f"No answer yet; does a worker run? Still waiting {again}".rstrip() + " ..."
            waiting = asyncio.get_running_loop().call_later(PATIENCE, note, said)
            try:
                return await work(turnabout)
            finally:
                waiting.cancel()

    return asyncio.run(session())


def reading(
    work: Callable[[Reads], Awaitable[T]],
    *,
    as_of: str | None = None,
    models: Collection[str] = (),
    cohort: str | None = None,
) -> T:
    """Run one piece of work on the read models; Temporal is not needed for it. With `as_of` it sees these
    models (of one cohort, where it is named) as they were then, and a note says so."""
    import asyncio

    if as_of is not None:
        found, at, position = job("reading", work, as_of, models, cohort, module="workers.past")
        note(f"As recorded by {at:%Y-%m-%d %H:%M:%S %Z}: log position {position}.")
        return cast("T", found)

    async def session() -> T:
        from turnabout.database import connect_reads

        async with connect_reads() as reads:
            return await work(reads)

    return asyncio.run(session())


async def caught_up(reads: Reads, after: int | None, as_of: str | None) -> None:
    """Wait for a log position, where one is named. Raises InvalidInput where a past is asked for as well."""
    if after is not None and as_of is not None:
        raise InvalidInput("The past waits for nothing.", hint="Give --after or --as-of, not both.")
    if after is not None:
        await reads.wait_for(after)


def execute(stream: str, union: Any, name: str, body: str, actor: str | None, id: str | None) -> Receipt:  # noqa: A002
    """Give a stream the command of that name, out of those of a union."""
    from turnabout.cli.commands import read_command
    from turnabout.client import id_for_command

    wish: Command = read_command(union, name, body)
    known = id_for_command(id)

    async def work(turnabout: Turnabout) -> Receipt:
        return await turnabout.stream(stream).execute(wish, id=known, actor=actor)

    return connected(work, again=f"(to ask again: --id {known})")


def show_receipt(receipt: Receipt, output: Format) -> None:
    """Print what a command led to."""
    if output == "table":
        render(f"{receipt.stream} is at version {receipt.version}, log position {receipt.position}.")
    else:
        show_document(receipt, output)


def engine(module: str) -> Any:
    """A module of the engine, or a plain word that it is not installed here."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise EngineNotInstalled(
            f"This verb needs the engine, which is not installed here: there is no module {error.name!r}.",
            hint="Run it in a checkout after `make demo`, or in the image.",
        ) from error


def job(name: str, *arguments: Any, module: str = "workers.operations", **named: Any) -> Any:
    """What a one-off job of the engine's operators returns; `module` is where it is."""
    jobs = engine(module)
    return engine("workers.operations").run(getattr(jobs, name)(*arguments, **named))
