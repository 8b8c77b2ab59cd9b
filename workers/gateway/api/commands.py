"""`/v1/commands`: give a stream a command, once, and see what became of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header
from fastapi import Path as PathPart

from turnabout.errors import Rejected
from workers.gateway.api.accepted import SendCommand
from workers.gateway.api.caller import Sender, Stored
from workers.gateway.api.problems import FORBIDDEN, Json, nowhere, responses

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-9;-~]+$",
        description="The command's id: the same key with the same command is done once and answers alike; "
        "with another one it is refused (E1). Printable, without spaces and colons.",
        examples=["open-enrolment-2027-01-11"],
    ),
]
StreamName = Annotated[str, PathPart(pattern=r"^(cohort|pair)-[a-z0-9][a-z0-9-]{0,120}$")]
CommandId = Annotated[str, PathPart(min_length=1, max_length=200)]


routes = APIRouter(tags=["commands"])


@routes.post(
    "/commands", dependencies=[Json], responses=responses(401, 403, 404, 409, 413, 415, 422, 429, 503)
)
async def send_command(
    wish: SendCommand,
    key: IdempotencyKey,
    who: Sender,
) -> Stored:
    """Give a command in the name of the token's person, and answer when it is stored."""
    _, roles = await who.standing(wish.stream)
    if not roles & wish.command.roles:
        raise Rejected(
            FORBIDDEN,
            f"{who.person} may not give {wish.command.type} here.",
            hint="It takes another role in this cohort.",
        )
    stream = who.gateway.turnabout.stream(wish.stream)
    receipt = await stream.execute(wish.command, id=key, actor=who.person)
    return who.stored(receipt.stream, key, receipt.position)


@routes.get("/commands/{stream}/{id}", responses=responses(401, 403, 404, 422, 429, 503))
async def get_command(
    stream: StreamName,
    id: CommandId,  # noqa: A002 -- the name in the address
    who: Sender,
) -> Stored:
    """What became of a command, by its stream and id; not found where the stream never took it."""
    await who.standing(stream)
    receipt = await who.gateway.reads.receipt(stream, id)
    if receipt is None:
        raise nowhere()
    return who.stored(stream, id, receipt.position)
