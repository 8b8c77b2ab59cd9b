"""The cookies of those who signed in: nobody makes or stretches one, and keys rotate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from starlette.requests import Request
from starlette.responses import Response

from workers.gateway.sessions import Begun, Sessions

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOURS = timedelta(hours=8)
OLD, NEW = b"o" * 64, b"n" * 64


def made(*keys: bytes, secure: bool = True) -> Sessions:
    return Sessions(keys, lasting=HOURS, secure=secure)


def cookie_of(response: Response) -> SimpleCookie:
    return SimpleCookie(response.headers["set-cookie"])


def sent(cookie: str, value: str) -> Request:
    headers = [(b"cookie", f"{cookie}={value}".encode())]
    return Request({"type": "http", "method": "GET", "path": "/my", "headers": headers})


def signed_in(sessions: Sessions) -> str:
    response = Response()
    sessions.begin(response, "p-001", NOW)
    return cookie_of(response)[sessions.cookie].value


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it() -> None:
    response, sessions = Response(), made(NEW)
    sessions.begin(response, "p-001", NOW)
    told = cookie_of(response)["__Host-session"]
    assert told["secure"]
    assert told["httponly"]
    assert (told["samesite"], told["path"], told["domain"]) == ("lax", "/", "")
    assert told["max-age"] == str(8 * 3600)
    response = Response()
    made(NEW, secure=False).begin(response, "p-001", NOW)
    assert "session" in cookie_of(response)


def test_it_names_somebody_until_its_end_and_not_longer() -> None:
    sessions = made(NEW)
    request = sent(sessions.cookie, signed_in(sessions))
    session = sessions.of(request, NOW + HOURS - timedelta(seconds=1))
    assert session is not None
    assert session.person == "p-001"
    assert sessions.of(request, NOW + HOURS) is None


@pytest.mark.parametrize(
    "change", [lambda v: v[:-2] + "xx", lambda v: v[:-5], lambda v: "x" + v, lambda _: "", lambda _: "a.b.c"]
)
def test_a_changed_cookie_names_nobody(change: object) -> None:
    sessions = made(NEW)
    assert sessions.of(sent(sessions.cookie, change(signed_in(sessions))), NOW) is None  # type: ignore[operator]


def test_a_cookie_of_a_sign_in_under_way_is_no_session() -> None:
    sessions, response = made(NEW), Response()
    begun = Begun(state="s", nonce="n", verifier="v", to="/my", until=NOW + HOURS)
    sessions.remember(response, begun)
    name = sessions.begun_cookie("s")
    value = cookie_of(response)[name].value
    assert sessions.begun(sent(name, value), "s", NOW) == begun
    assert sessions.begun(sent(name, value), "another", NOW) is None
    assert sessions.begun(sent(name, value), "s", NOW + HOURS) is None
    assert sessions.of(sent(sessions.cookie, value), NOW) is None


def test_keys_rotate() -> None:
    before, between, after = made(OLD), made(NEW, OLD), made(NEW)
    old = sent(before.cookie, signed_in(before))
    session = between.of(old, NOW)
    assert session is not None
    assert after.of(old, NOW) is None
    assert after.of(sent(after.cookie, signed_in(between)), NOW) is not None
    assert between.is_csrf(session, before.csrf(session))
    assert not after.is_csrf(session, before.csrf(session))
    assert not between.is_csrf(session, between.csrf(session.model_copy(update={"id": "other"})))
