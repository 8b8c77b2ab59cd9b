"""One fault of each kind, planted by somebody who owns the schema: each is found, with its place, and nothing
else."""

from __future__ import annotations

from uuid import uuid4

import pytest
import pytest_asyncio

from tests.verify.conftest import Place
from tests.verify.test_verify import unlocked
from workers.verify.report import Report
from workflows.stream import event_id

FIVE, ONE, TWO, FOUR = (f"pair-small-0{number}" for number in (5, 1, 2, 4))
WHERE = "WHERE stream = '{}' AND version = {}"
NOBODY, LOST = uuid4(), event_id("pair-lost-01", "c", 0)
COPY = """
INSERT INTO log.events SELECT nextval('log.position'), '{}', 1, '{}', type, schema_version, occurred_at,
  recorded_at, actor, 'c', command_digest, correlation_id, causation_id, policy_version, data, sealed
FROM log.events WHERE stream = 'pair-small-01' AND version = 1
"""
LETTER = """
INSERT INTO log.outbox (event_id, recipient, channel, stream, template, due_at, reserved_at)
SELECT event_id, 'p-1', '{}', 'pair-small-01', 'welcome', now(), now() FROM {}
"""


def change(stream: str, version: int, what: str) -> str:
    return f"UPDATE log.events SET {what} {WHERE.format(stream, version)}"  # noqa: S608 -- our own texts


PLANTED: list[tuple[str, str, str | None, int | None, str]] = [
    (
        "DELETE FROM log.events WHERE stream = 'pair-small-05' AND version = 20",
        *("events", FIVE, 21, "versions 20 to 20 are missing"),
    ),
    (
        change(FIVE, 19, "data = data || '{\"number\": 77}'"),
        "events",
        FIVE,
        19,
        "cannot be folded from it on",
    ),
    (change(FIVE, 36, "data = data - 'item'"), "events", FIVE, 36, "not that of pair.reminded"),
    (change(FIVE, 37, "schema_version = 9"), "events", FIVE, 37, "schema version 9"),
    (change(FIVE, 38, "type = 'pair.vanished'"), "events", FIVE, 38, "unknown to this release"),
    (change(ONE, 3, f"event_id = '{uuid4()}'"), "events", ONE, 3, "stream, command and ordinal give"),
    (
        "UPDATE log.events SET position = -1 - position WHERE stream = 'pair-small-01' AND version = 52",
        *("events", ONE, 52, "is not after"),
    ),
    (
        change(ONE, 7, "sealed = jsonb_set(sealed, '{attainability,text}', '\"AAAA\"')"),
        *("seals", ONE, 7, "seal of attainability is broken"),
    ),
    (change(ONE, 10, "sealed = sealed - 'attainability'"), "seals", ONE, 10, "its seal is gone"),
    (
        change(ONE, 23, "sealed = jsonb_set(sealed, '{note,person}', '\"p-022\"')"),
        *("seals", ONE, 23, "somebody else"),
    ),
    (change(ONE, 27, 'data = data || \'{"note": "plain"}\''), "seals", ONE, 27, "must be sealed, and is not"),
    (
        change(ONE, 33, "sealed = jsonb_set(sealed, '{safety}', sealed -> 'progress')"),
        *("seals", ONE, 33, "seal of safety is broken"),
    ),
    (change(ONE, 37, "command_digest = 'sealed'"), "seals", ONE, 37, "digest of its command"),
    ("UPDATE log.streams SET version = 60 WHERE stream = 'pair-small-02'", "streams", TWO, 60, "event at 59"),
    ("INSERT INTO log.performed VALUES ('pair-small-02', 99)", "effects", TWO, 59, "up to version 99"),
    ("INSERT INTO log.performed VALUES ('pair-none-01', 1)", "effects", "pair-none-01", 1, "does not exist"),
    (
        "UPDATE log.streams SET closed = NOT closed WHERE stream = 'pair-small-04'",
        *("streams", FOUR, 71, "by the rules"),
    ),
    ("INSERT INTO log.streams VALUES ('pair-gone-01', 1)", "streams", "pair-gone-01", None, "no cohort-gone"),
    (COPY.format("pair-lost-01", LOST), "streams", "pair-lost-01", 1, "no row of its own"),
    (
        ";".join(
            (
                COPY.format("counter-a", event_id("counter-a", "c", 0)),
                "INSERT INTO log.streams VALUES ('counter-a', 1)",
            )
        ),
        *("streams", "counter-a", None, "know this kind"),
    ),
    (
        LETTER.format("log", f"(SELECT '{NOBODY}'::uuid AS event_id) nobody"),
        *("outbox", ONE, None, "there is no such event"),
    ),
    (
        LETTER.format("smtp", f"log.events {WHERE.format(TWO, 4)}"),
        *("outbox", ONE, None, "that is one of pair-small-02"),
    ),
    (
        "UPDATE log.person_keys SET wrapped = wrapped || '\\x00' WHERE person = 'p-009'",
        *("person keys", None, None, "does not open the key of p-009"),
    ),
    ("SELECT setval('log.position', 5)", "streams", None, None, "the next position is 6"),
]


@pytest_asyncio.fixture(scope="module")
async def report(place: Place) -> Report:
    """What is found once all of it is planted."""
    assert (await place.verified()).total == 0
    await unlocked(place.owner, *(statement for statement, *_ in PLANTED))
    return await place.verified()


@pytest.mark.parametrize(("check", "stream", "version", "found"), [planted[1:] for planted in PLANTED])
async def test_a_fault_is_found_with_its_place(
    report: Report, check: str, stream: str | None, version: int | None, found: str
) -> None:
    told = [
        one.found for one in report.faults if (one.check, one.stream, one.version) == (check, stream, version)
    ]
    assert any(found in one for one in told), told


async def test_nothing_else_is_found(report: Report, place: Place) -> None:
    rows = await place.owner.fetch(
        "SELECT stream, version FROM log.events "
        "WHERE jsonb_path_exists(sealed, '$.*.person ? (@ == \"p-009\")')"
    )
    locked = {("seals", row["stream"], row["version"]) for row in rows}
    assert locked
    expected = {(check, stream, version) for _, check, stream, version, _ in PLANTED}
    expected |= locked | {("streams", "pair-gone-01", 1)}
    assert {(one.check, one.stream, one.version) for one in report.faults} == expected
