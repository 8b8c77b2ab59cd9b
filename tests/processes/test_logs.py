"""A log line holds what operators need and never what a person wrote, answered or is called."""

from __future__ import annotations

import ast
import asyncio
import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from events.pair_care import ConcernRaised
from events.pair_pulse import PulseAnswered
from tests.logged import Written, logged
from turnabout.errors import Rejected
from workers import logs

SECRET = "Maud shouts at me"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def written() -> Iterator[Written]:
    """What was logged so far, as JSON lines."""
    with logged("debug") as lines:
        yield lines


log = structlog.stdlib.get_logger("tests")


def concern() -> ConcernRaised:
    return ConcernRaised(number=1, respondent="p-ada", text=SECRET, about_safety=True)


def test_a_line_is_json_with_its_bound_ids(written: Written) -> None:
    with structlog.contextvars.bound_contextvars(stream="pair-q3-07", correlation_id="c-1"):
        log.info("appended", version=7)
        logging.getLogger("temporalio.worker").warning("Polled %s", "late", extra={"attempt": 2})
    first, second = written()
    assert first.pop("timestamp").endswith("Z")
    assert first == {
        "event": "appended",
        "level": "info",
        "logger": "tests",
        "stream": "pair-q3-07",
        "correlation_id": "c-1",
        "version": 7,
    }
    assert (second["event"], second["attempt"], second["stream"]) == ("Polled late", 2, "pair-q3-07")


@pytest.mark.parametrize(
    "values",
    [
        {"text": SECRET},
        {"payload": {"text": SECRET}},
        {"data": concern()},
        {"stream": concern()},
        {"rows": [concern()]},
        {"rows": [{"text": SECRET}]},
        {"error": ValueError(SECRET)},
        {"note": SECRET, "name": SECRET, "email": SECRET, "body": SECRET},
        {"temporal_activity": {"activity_type": "append", "input": SECRET}},
    ],
    ids=str,
)
def test_what_is_not_listed_and_plain_is_dropped(written: Written, values: dict[str, Any]) -> None:
    log.info("event", **values)
    logging.getLogger("plain").info("event", extra={f"x_{key}": value for key, value in values.items()})
    assert len(written()) == 2
    assert SECRET not in json.dumps(written())


def test_a_sealed_event_cannot_be_logged_whole(written: Written) -> None:
    answer = PulseAnswered(wave=1, respondent="p-ada", progress=2, safety=1, worked=SECRET)
    log.info("appended", **answer.payload())
    (line,) = written()
    assert line.keys() == {"event", "level", "logger", "timestamp", "dropped"}


def raise_validation() -> None:
    ConcernRaised.model_validate({"number": SECRET, "respondent": SECRET, "text": [SECRET]})


def raise_lookup() -> None:
    try:
        raise_validation()
    except ValidationError as error:
        raise KeyError(SECRET) from error


def raise_rejected() -> None:
    raise Rejected("G2", "the goal names no number")


@pytest.mark.parametrize("logger", ["structlog", "stdlib"])
def test_of_a_foreign_exception_only_type_and_place_are_logged(written: Written, logger: str) -> None:
    try:
        raise_lookup()
    except KeyError:
        (log if logger == "structlog" else logging.getLogger("other")).exception("failed")
    (line,) = written()
    assert SECRET not in json.dumps(line)
    assert line["exception"].startswith("KeyError\n")
    assert "\ncaused by ValidationError\n" in line["exception"]
    assert f"{__file__}:" in line["exception"]
    assert " raise_lookup\n" in line["exception"]
    assert " raise_validation\n" in line["exception"]


def test_our_own_errors_speak(written: Written) -> None:
    try:
        raise_rejected()
    except Rejected as error:
        log.warning("refused", error=error, exc_info=True)
    (line,) = written()
    assert line["error"] == "Rejected: [G2] the goal names no number"
    assert line["exception"].startswith("Rejected: [G2] the goal names no number\n")


def test_temporals_details_become_fields(written: Written) -> None:
    details = {"workflow_id": "pair-q3-07", "activity_type": "append", "attempt": 3, "secret": SECRET}
    logging.getLogger("temporalio.activity").warning("retrying", extra={"temporal_activity": details})
    (line,) = written()
    assert (line["stream"], line["activity_type"], line["attempt"]) == ("pair-q3-07", "append", 3)
    assert "temporal_activity" not in line


async def test_errors_that_nobody_awaits_are_logged_and_sifted(written: Written) -> None:
    loop = asyncio.get_running_loop()
    logs.log_unhandled(loop)
    try:
        loop.call_soon(raise_validation)
        done = asyncio.Event()
        loop.call_soon(done.set)
        await done.wait()
    finally:
        loop.set_exception_handler(None)
    (line,) = (line for line in written() if line["event"] == "unhandled_error")
    assert line["level"] == "error"
    assert "ValidationError" in line["exception"]
    assert SECRET not in json.dumps(written())


def test_on_a_terminal_lines_are_readable() -> None:
    output = io.StringIO()
    logs.configure("console", stream=output)
    try:
        log.info("appended", stream="pair-q3-07", text=SECRET)
    finally:
        logging.getLogger().handlers = []
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
    assert "appended" in output.getvalue()
    assert "stream=pair-q3-07" in output.getvalue()
    assert SECRET not in output.getvalue()


def keys_in(path: Path) -> set[str]:
    """The keys that a module passes to a logger."""
    found = set[str]()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in {"debug", "info", "warning", "error", "exception", "critical", "bind"}:
            continue
        for keyword in node.keywords:
            if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict):
                found |= {str(ast.literal_eval(key)) for key in keyword.value.keys if key is not None}
            elif keyword.arg not in {None, "exc_info", "extra", "stack_info"}:
                found.add(str(keyword.arg))
    return found


def test_every_key_that_our_code_logs_is_allowed() -> None:
    folders = ("activities", "events", "projections", "workflows", "workers")
    used = {key for folder in folders for path in (ROOT / folder).rglob("*.py") for key in keys_in(path)}
    assert {"template", "outcome"} <= used
    assert used - logs.ALLOWED == set()
