"""The probes: `/livez` says that the process runs, `/readyz` that its servers answer."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from turnabout.errors import TurnaboutError
from workers.gateway.house import Gateway


def router(gateway: Gateway) -> APIRouter:
    """The routes of the probes."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/livez")
    async def live() -> Response:
        return PlainTextResponse("alive\n")

    @routes.get("/readyz")
    async def ready() -> Response:
        try:
            await gateway.reads.projections()
        except TurnaboutError as error:
            return PlainTextResponse(f"not ready: {error.message}\n", 503)
        return PlainTextResponse("ready\n")

    return routes
