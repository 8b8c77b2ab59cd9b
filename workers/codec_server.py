"""Decrypts payloads for Temporal's web UI: on loopback, for pages of the UI's origin, with the stack's keys.

Only for development: whoever reaches it reads everything that Temporal stores.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from google.protobuf import json_format
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from temporalio.api.common.v1 import Payloads

from turnabout.codec import EncryptingCodec, PayloadKey
from turnabout.errors import InvalidInput
from workers.http_server import listening, serving

LOOPBACK = "127.0.0.1"
LARGEST = 32 * 1024 * 1024


def application(keys: Sequence[PayloadKey], ui_port: int) -> Starlette:
    """The codec protocol of Temporal: POST /encode and /decode with `Payloads` as JSON."""
    codec = EncryptingCodec(keys)

    async def answer(request: Request) -> Response:
        turn = codec.encode if request.url.path == "/encode" else codec.decode
        if int(request.headers.get("content-length", LARGEST + 1)) > LARGEST:
            return PlainTextResponse("Too large, or of unknown length.", 413)
        try:
            asked = json_format.Parse(await request.body(), Payloads())
            turned = Payloads(payloads=await turn(asked.payloads))
        except (json_format.ParseError, UnicodeDecodeError):
            return PlainTextResponse("The body is not Temporal's JSON for payloads.", 400)
        except InvalidInput as error:
            return PlainTextResponse(str(error), 422)
        return JSONResponse(json_format.MessageToDict(turned))

    return Starlette(
        routes=[Route(path, answer, methods=["POST"]) for path in ("/encode", "/decode")],
        middleware=[
            # A name that resolves to loopback must not make a stranger's page the UI.
            Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", LOOPBACK]),
            Middleware(
                CORSMiddleware,
                allow_origins=[f"http://{host}:{ui_port}" for host in ("localhost", LOOPBACK)],
                allow_methods=["POST"],
                allow_headers=["content-type", "x-namespace", "authorization"],
            ),
        ],
    )


@asynccontextmanager
async def codec_server(keys: Sequence[PayloadKey], port: int, *, ui_port: int) -> AsyncIterator[str]:
    """Serve the codec; yields its URL. Raises InvalidInput when the port is taken."""
    async with serving(application(keys, ui_port), listening(LOOPBACK, port, "codec server")) as address:
        yield address
