"""The API as an application: its routes, its problems, and its description (OpenAPI).

`python -m workers.gateway.api.app` writes the description that the docs hold.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from turnabout.errors import TurnaboutError
from workers.gateway.api import ROOT, cohorts, commands, problems, reads
from workers.gateway.house import Gateway

CHECKED_IN = Path(__file__).parents[3] / "docs" / "openapi.json"
_ABOUT = """\
For machines that speak in a person's name: start cohorts, give the commands of staff, read what the command
line prints. What mentors and mentees answer they answer in person; no machine gives it.

Failures are problem details (RFC 9457). A stream that is not yours is not there."""


def api(gateway: Gateway) -> FastAPI:
    """The API of one installation, to be mounted at `/v1`."""
    made = FastAPI(
        title="Turnabout",
        summary="Runs reverse-mentoring programs.",
        description=_ABOUT,
        version="1",
        docs_url=None,
        redoc_url=None,
        root_path_in_servers=False,
        generate_unique_id_function=_named,
        redirect_slashes=False,
    )
    made.state.gateway = gateway
    for part in (cohorts, commands, reads):
        made.include_router(part.routes)
    made.add_exception_handler(TurnaboutError, problems.failed)
    made.add_exception_handler(RequestValidationError, problems.malformed)
    made.add_exception_handler(HTTPException, problems.refused)
    plain = made.openapi

    def described() -> dict[str, Any]:
        document = plain()
        schemas = document["components"]["schemas"]
        schemas["Problem"] = problems.Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        document["servers"] = [{"url": ROOT}]
        return document

    made.openapi = described  # type: ignore[method-assign]
    return made


def _named(route: APIRoute) -> str:
    return route.name


def description() -> str:
    """The description as it is checked in."""
    # It follows from the routes alone; no gateway is asked anything.
    nothing: Any = None
    return json.dumps(api(nothing).openapi(), indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    CHECKED_IN.write_text(description(), encoding="utf-8")
    sys.stderr.write(f"{CHECKED_IN.name} is written.\n")
