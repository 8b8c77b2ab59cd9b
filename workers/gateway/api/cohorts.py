"""`/v1/cohorts` and `/v1/pairs`: start cohorts, and look at those in which the token's person is staff."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from turnabout.errors import Rejected
from turnabout.model import Key, Model, Role
from turnabout.results import CohortBoard, PairCard
from turnabout.spec import CohortSpec
from workers.gateway.api.caller import STAFF, After, Caller, Reader, Starter, Stored
from workers.gateway.api.paging import Cursor, Limit, Page, page_of
from workers.gateway.api.problems import FORBIDDEN, Json, nowhere, responses
from workers.gateway.desk import roles_of

_FAILS = responses(401, 403, 404, 422, 429, 503)


class Cohort(Model):
    """A cohort in outline, and what the token's person is in it."""

    cohort: str
    program: str
    name: str
    kind: str
    preset: str
    state: str
    timezone: str
    starts_on: date
    kickoff_on: date
    ends_on: date
    roles: tuple[Literal["lead", "sponsor", "steward"], ...]


class Started(Model):
    """A cohort that was started, or found: the same spec under the same id is the same cohort. `unknown` are
    those of it whom the people directory lacks: no letter reaches them before `turnabout people import`."""

    cohort: str
    found: bool
    unknown: tuple[str, ...] = ()
    stored: Stored


routes = APIRouter()


@routes.post(
    "/cohorts",
    tags=["cohorts"],
    status_code=201,
    dependencies=[Json],
    responses={
        200: {"model": Started, "description": "The cohort was started before."},
        **responses(401, 403, 409, 413, 415, 422, 429, 503),
    },
)
async def start_cohort(
    spec: CohortSpec,
    response: Response,
    who: Starter,
) -> Started:
    """Start a cohort, or find it. The token's person must be its lead."""
    if spec.lead.id != who.person:
        raise Rejected(
            FORBIDDEN,
            "a cohort is started in its lead's name.",
            hint="Use a token of the person whom the spec names as its lead.",
        )
    cohort = await who.gateway.turnabout.start_cohort(spec)
    assert cohort.receipt is not None  # noqa: S101 -- start_cohort has one when it returns
    receipt = cohort.receipt
    response.status_code = 200 if cohort.found else 201
    response.headers["Location"] = f"/v1/cohorts/{cohort.id}"
    stored = who.stored(receipt.stream, "start", receipt.position)
    return Started(cohort=cohort.id, found=cohort.found, unknown=cohort.unknown, stored=stored)


@routes.get("/cohorts", tags=["cohorts"], responses=responses(401, 403, 422, 429, 503))
async def list_cohorts(
    who: Reader, after: After = None, cursor: Cursor = None, limit: Limit = 100
) -> Page[Cohort]:
    """The cohorts in which the token's person is lead, sponsor or steward, by id."""
    await who.wait(after)
    mine = set(await who.gateway.own.streams(who.person))
    boards = [one for one in await who.gateway.reads.boards() if f"cohort-{one.cohort}" in mine]
    found = [one for board in boards if (one := await _seen(who, board))]
    return page_of(found, lambda one: (one.cohort,), cursor, limit, who.gateway.links)


@routes.get("/cohorts/{cohort}", tags=["cohorts"], responses=_FAILS)
async def get_cohort(cohort: Key, who: Reader, after: After = None) -> Cohort:
    """One cohort in outline."""
    await who.wait(after)
    board = await who.gateway.reads.board(cohort)
    found = await _seen(who, board) if board is not None else None
    if found is None:
        raise nowhere()
    return found


@routes.get("/pairs", tags=["pairs"], responses=_FAILS)
async def list_pairs(
    who: Reader,
    cohort: Annotated[Key, Query(description="The cohort's id.")],
    after: After = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Page[PairCard]:
    """The pairs of a cohort, by number; for its lead."""
    await _as_lead(who, f"cohort-{cohort}")
    await who.wait(after)
    cards = await who.gateway.reads.pairs(cohort, await who.gateway.clock())
    return page_of(cards, lambda one: (one.number,), cursor, limit, who.gateway.links)


@routes.get("/pairs/{pair}", tags=["pairs"], responses=_FAILS)
async def get_pair(pair: Key, who: Reader, after: After = None) -> PairCard:
    """One pair; for its lead."""
    await _as_lead(who, f"pair-{pair}")
    await who.wait(after)
    card = await who.gateway.reads.pair(pair, await who.gateway.clock())
    if card is None:
        raise nowhere()
    return card


async def _seen(who: Caller, board: CohortBoard) -> Cohort | None:
    state = await who.gateway.desk.look(f"cohort-{board.cohort}")
    roles = roles_of(state, who.person) & STAFF if state is not None else ()
    if not roles:
        return None
    outline = board.model_dump(include=set(Cohort.model_fields) - {"roles"})
    return Cohort.model_validate({**outline, "roles": sorted(roles)})


async def _as_lead(who: Caller, stream: str) -> None:
    _, roles = await who.standing(stream)
    if Role.LEAD not in roles:
        raise nowhere()
