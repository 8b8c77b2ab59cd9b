"""What holds for every request, whatever page it is for: faults, limits and where it came from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI, Request
from starlette.responses import StreamingResponse

from activities.links import Links
from tests.logged import Written, logged
from turnabout.codec import PayloadKey
from turnabout.errors import CorruptLog
from workers.gateway.app import application
from workers.gateway.guard import HEADERS, LARGEST
from workers.gateway.house import Gateway
from workers.http_server import listening, serving
from workers.settings import EngineSettings

SECRET = "Maud shouts at me"
BASE = "https://mentoring.example.org"


def served(rate: int = 1000) -> FastAPI:
    """The application, whose pages beside these four are of no concern here."""
    parts: dict[str, Any] = dict.fromkeys(one.name for one in fields(Gateway))
    app = application(
        Gateway(
            **parts
            | {
                "settings": EngineSettings(gateway_rate=rate),
                "links": Links([PayloadKey.generate("k1")], BASE, lasting=timedelta(days=30)),
            }
        )
    )

    async def broken() -> None:
        raise KeyError(SECRET)

    async def corrupt() -> None:
        raise CorruptLog("The log lacks an event.")

    async def half() -> StreamingResponse:
        async def parts() -> AsyncIterator[str]:
            yield "begun"
            raise KeyError(SECRET)

        return StreamingResponse(parts())

    async def read(request: Request) -> str:
        return str(len(str((await request.form())["text"])))

    for path, page in {"/broken": broken, "/corrupt": corrupt, "/half": half}.items():
        app.add_api_route(path, page)
    app.add_api_route("/read", read, methods=["POST"])
    return app


def web(app: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url=BASE)


@pytest.fixture
def written() -> Iterator[Written]:
    """What was logged so far, as JSON lines."""
    with logged("warning") as lines:
        yield lines


@pytest.mark.parametrize(("path", "kind"), [("/broken", "KeyError"), ("/corrupt", "CorruptLog")])
async def test_a_fault_of_ours_is_logged_once_without_values_and_answered_like_every_page(
    written: Written, path: str, kind: str
) -> None:
    async with web(served()) as asked:
        answer = await asked.get(path)
    assert answer.status_code == 500
    assert "We were told." in answer.text
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["cache-control"] == "no-store"
    (line,) = written()
    assert line["event"] == "page_failed"
    assert line["exception"].startswith(kind)
    assert "test_guard.py" in line["exception"]
    assert SECRET not in json.dumps(line) + answer.text


async def test_a_fault_in_the_middle_of_an_answer_breaks_it_off_and_logs_no_values(
    written: Written,
) -> None:
    async with (
        serving(served(), listening("127.0.0.1", 0, "gateway")) as address,
        httpx2.AsyncClient() as asked,
    ):
        with pytest.raises(httpx2.RemoteProtocolError):
            await asked.get(f"{address}/half")
    assert [line["event"] for line in written()][:1] == ["page_failed"]
    assert SECRET not in json.dumps(written())


@pytest.mark.parametrize(
    "path", ["/link/abc?saved=what", "/my/pair-q3-01/..%20", "/my/pair-q3-01/home?saved="]
)
async def test_an_address_that_no_page_has_is_answered_by_a_page(path: str) -> None:
    async with web(served()) as asked:
        answer = await asked.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


async def test_a_browser_finds_an_icon() -> None:
    async with web(served()) as asked:
        answer = await asked.get("/favicon.ico", follow_redirects=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")


async def test_a_body_is_bounded_also_where_it_does_not_tell_its_length(
    written: Written,
) -> None:
    async def much() -> AsyncIterator[bytes]:
        yield b"text="
        for _ in range(LARGEST // 1024):
            yield b"x" * 1024

    form = {"content-type": "application/x-www-form-urlencoded"}
    async with web(served()) as asked:
        assert (await asked.post("/read", data={"text": "x" * 100})).json() == "100"
        told = await asked.post("/read", data={"text": "x" * LARGEST})
        untold = await asked.post("/read", content=much(), headers=form)
        lied = await asked.post("/read", content=b"text=x", headers={**form, "content-length": "-1"})
    assert [one.status_code for one in (told, untold, lied)] == [413, 413, 413]
    assert told.text == untold.text
    assert written() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": BASE}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": BASE}, 403),
    ],
)
async def test_what_another_site_sends_is_refused(headers: dict[str, str], status: int) -> None:
    async with web(served()) as asked:
        assert (await asked.post("/read", data={"text": "x"}, headers=headers)).status_code == status


async def test_an_address_asks_so_often_and_no_more() -> None:
    async with web(served(rate=3)) as asked:
        answers = [await asked.get("/static/icon.svg") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert answers[3].headers["retry-after"] == "60"
        assert answers[3].headers["content-security-policy"] == HEADERS["Content-Security-Policy"]
        assert (await asked.get("/livez")).status_code == 200
        looked = await asked.get("/static/icon.svg", headers={"if-none-match": answers[0].headers["etag"]})
        assert looked.status_code == 304


@pytest.mark.parametrize(("proxies", "status"), [(["127.0.0.0/8"], 200), (["10.0.0.7"], 429)])
async def test_people_behind_our_proxy_count_one_by_one_and_nobody_else_chooses_an_address(
    proxies: list[str], status: int
) -> None:
    async with (
        serving(served(rate=1), listening("127.0.0.1", 0, "gateway"), proxies=proxies) as address,
        httpx2.AsyncClient(base_url=address) as asked,
    ):
        answers = [
            await asked.get("/static/icon.svg", headers={"x-forwarded-for": f"192.0.2.{n}"}) for n in (1, 2)
        ]
    assert [one.status_code for one in answers] == [200, status]
