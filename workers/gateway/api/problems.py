"""What the API answers when it cannot do what was asked: problem details (RFC 9457), from the one error tree.

A fault that nobody foresaw is logged by whoever meets it and says nothing of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from turnabout import errors
from turnabout.faults import place, said
from turnabout.model import Model

_log = structlog.stdlib.get_logger(__name__)
MEDIA_TYPE = "application/problem+json"
AGAIN_SECONDS = 30
"""After how long it is worth asking again when a server does not answer."""

STATUS: tuple[tuple[type[errors.TurnaboutError], str, int], ...] = (
    (errors.InvalidInput, "invalid-input", 422),
    (errors.NotFound, "not-found", 404),
    (errors.Rejected, "rejected", 409),
    (errors.Unreachable, "unreachable", 503),
    (errors.ReadsLagging, "reads-lagging", 503),
    (errors.ProjectionStopped, "reads-lagging", 503),
)
"""The problem and the status of each kind of error; every other one is a fault of ours, 500."""

FORBIDDEN = "G21"
"""The rule of a refusal that is about who asks, not about what is asked."""


def nowhere() -> errors.NotFound:
    """Said alike of what does not exist and of what is somebody else's. A new one each time: an error that is
    raised again keeps the frames of every request before."""
    return errors.NotFound("There is nothing here, or it is not yours.", hint="Check the address and the id.")


class Unauthenticated(errors.TurnaboutError):
    """No token came with the request, or none that is worth anything. Exit code 1."""

    def __init__(self) -> None:
        super().__init__(
            "The request needs a token that is known, not expired and not revoked.",
            hint="Send `Authorization: Bearer ...`; operators make one with `turnabout token create`.",
        )


class OutOfScope(errors.TurnaboutError):
    """The token is not for this. Exit code 1."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"This token is not for {scope}.", hint=f"Use one with the scope {scope}.")


class Problem(Model):
    """Why a request failed. `type` names the kind of problem, `detail` says what happened, `hint` what to do
    next; `rule` is the id of the rule that refused it; `problems` are the faults of what was sent, each with
    its place."""

    type: str = Field(examples=["/problems/rejected"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["the charter is signed already."])
    hint: str | None = None
    rule: str | None = Field(default=None, examples=["R26"])
    problems: tuple[str, ...] = ()


def _json(request: Request) -> None:
    """Raises an HTTPException (415) for a body that does not say that it is JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)


Json = Depends(_json)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the problems with these statuses."""
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: {"schema": _REFERENCE}}}
        for status in statuses
    }


_REFERENCE = {"$ref": "#/components/schemas/Problem"}


def answer(
    kind: str,
    status: int,
    detail: str,
    *,
    hint: str | None = None,
    rule: str | None = None,
    problems: Iterable[str] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as it goes out."""
    problem = Problem(
        type=f"/problems/{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        hint=hint,
        rule=rule,
        problems=tuple(problems),
    )
    content = problem.model_dump(mode="json", exclude_none=True, exclude_defaults=False)
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA_TYPE)


async def failed(_: Request, error: Exception) -> Response:
    """The problem of one of our errors."""
    if isinstance(error, Unauthenticated):
        challenge = {"WWW-Authenticate": "Bearer"}
        return answer("unauthenticated", 401, error.message, hint=error.hint, headers=challenge)
    if isinstance(error, OutOfScope):
        return answer("out-of-scope", 403, error.message, hint=error.hint)
    if isinstance(error, errors.Rejected):
        kind, status = ("forbidden", 403) if error.rule == FORBIDDEN else ("rejected", 409)
        return answer(kind, status, error.reason, hint=error.hint, rule=error.rule)
    for known, kind, status in STATUS:
        if isinstance(error, known):
            headers = {"Retry-After": str(AGAIN_SECONDS)} if status == 503 else None
            detail = _CANNOT if status == 503 else getattr(error, "message", "")
            faults = error.problems if isinstance(error, errors.InvalidInput) else ()
            hint = _REPEAT if status == 503 else getattr(error, "hint", None)
            return answer(kind, status, detail, hint=hint, problems=faults, headers=headers)
    _log.error("api_failed", exc_info=error)
    return fault()


_CANNOT = "A server that we need does not answer just now, or has not caught up yet."
_REPEAT = "Ask again in a while; repeat a command with the same Idempotency-Key, for it may be stored."


def fault() -> Response:
    """What somebody reads whose request met a fault of ours."""
    return answer(
        "internal",
        500,
        "Something went wrong on our side, and we were told.",
        hint="Repeat a command with the same Idempotency-Key: it is done once.",
    )


async def malformed(_: Request, error: Exception) -> Response:
    """Everything that is wrong with what was sent, without repeating it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- registered for it alone
    found = error.errors()
    faults = [
        _where_not_json(one, error.body)
        if one["type"] == "json_invalid"
        else f"{place(one['loc'][1:]) or one['loc'][0]}: {said(one)}"
        for one in found
    ]
    hint = next(filter(None, map(_next_step, found)), None)
    return answer("invalid-input", 422, "The request cannot be read.", problems=faults, hint=hint)


def _where_not_json(one: Mapping[str, Any], body: object) -> str:
    """The place of a fault in a body that is not JSON, by line and column as an editor counts."""
    at = one["loc"][-1]
    if not isinstance(body, str) or not isinstance(at, int):
        return "not JSON"
    before = body[:at]
    line, column = before.count("\n") + 1, at - before.rfind("\n")
    return f"not JSON: the fault is at line {line}, column {column}"


def _next_step(one: Mapping[str, Any]) -> str | None:
    """What to do about a fault, where it does not say so itself."""
    if one["type"] == "json_invalid":
        return "Mend the body there; texts and names stand in double quotes, and nothing after the last }."
    if one["type"] == "union_tag_invalid":
        types = sorted(re.findall(r"'(\w+)'", one["ctx"]["expected_tags"]))
        near = get_close_matches(str(one["ctx"]["tag"]), types, n=2, cutoff=0.6)
        return f"Did you mean {' or '.join(near)}?" if near else f"There are {', '.join(types)}."
    return None


async def refused(_: Request, error: Exception) -> Response:
    """What the routes themselves refuse: an address or a method that there is not."""
    assert isinstance(error, HTTPException)  # noqa: S101 -- registered for it alone
    if error.status_code == 404:
        return await failed(_, nowhere())
    words = HTTPStatus(error.status_code).phrase
    kind = words.lower().replace(" ", "-")
    return answer(kind, error.status_code, f"{words}.", headers=error.headers)
