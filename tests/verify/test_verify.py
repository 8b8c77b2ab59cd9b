"""`turnabout verify` passes a log that is whole, also after an erasure, and misses no change to it."""

from __future__ import annotations

import asyncpg
import pytest

from tests.verify.conftest import Place
from turnabout.errors import InvalidInput
from workers.verify import fingerprint, references, streams
from workers.verify.report import Report


def looked_at(report: Report) -> dict[str, int]:
    return {line.check: line.looked_at for line in report.checks}


async def unlocked(owner: asyncpg.Pool, *statements: str) -> None:
    """What only somebody can do who owns the schema and means it."""
    async with owner.acquire() as db, db.transaction():
        await db.execute("ALTER TABLE log.events DISABLE TRIGGER append_only")
        for statement in statements:
            await db.execute(statement)
        await db.execute("ALTER TABLE log.events ENABLE ALWAYS TRIGGER append_only")


async def test_a_whole_log_passes_page_by_page_also_after_an_erasure(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R109: the log still verifies."""
    monkeypatch.setattr(streams, "PAGE", 50)
    monkeypatch.setattr(references, "PAGE", 2)
    monkeypatch.setattr(fingerprint, "PAGE", 50)
    before = await place.verified()
    assert await place.vault.erase("p-022")
    report = await place.verified(read_models=True)
    assert report.faults == ()
    looked = looked_at(report)
    assert (looked["streams"], looked["events"], looked["read models"]) == (5, report.events, 13)
    assert looked["seals"] > 100
    notes = {line.check: line.note for line in report.checks if line.note}
    assert notes == {"person keys": "1 destroyed"}
    assert (before.fingerprint, before.position) == (report.fingerprint, report.position)
    assert await place.owner.fetchval("SELECT count(*) FROM projections.checkpoints") == 13
    assert await place.owner.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname ~ '^proj_'") == 13


async def test_without_master_keys_seals_stay_closed_and_the_report_says_so(place: Place) -> None:
    report = await place.verified(master=False)
    assert report.total == 0
    notes = {line.check: line.note for line in report.checks if "no master keys" in line.note}
    assert notes.keys() == {"seals", "person keys"}


async def test_a_change_that_looks_right_shows_in_the_fingerprint(place: Place) -> None:
    """Kept in the database, or elsewhere by somebody who trusts the database's owner less."""
    clean = await place.verified(remember=True)
    assert clean.total == 0
    again = await place.verified(wanted=fingerprint.expected(f"{clean.position}:{clean.fingerprint}"))
    assert (again.total, looked_at(again)["fingerprint"]) == (0, 2)
    await unlocked(
        place.owner,
        "UPDATE log.events SET actor = 'p-x' WHERE stream = 'pair-small-01' AND version = 37",
    )
    changed = await place.verified(remember=True)
    assert [(one.check, one.stream) for one in changed.faults] == [("fingerprint", None)]
    assert "has changed" in changed.faults[0].found
    assert await place.owner.fetchval("SELECT count(*) FROM log.fingerprints") == 1
    await place.owner.execute("DELETE FROM log.fingerprints")
    assert (await place.verified()).total == 0, "nothing else can tell"
    told = await place.verified(wanted=(clean.position, bytes.fromhex(clean.fingerprint)))
    assert told.total == 1
    gone = await place.verified(wanted=(clean.position + 1, bytes(32)))
    assert "no event is now" in gone.faults[0].found
    with pytest.raises(InvalidInput, match="POSITION:FINGERPRINT"):
        fingerprint.expected("367")


async def test_a_read_model_that_differs_is_named_with_its_table(place: Place) -> None:
    await place.owner.execute(
        "DELETE FROM proj_pair_work_1.works WHERE ctid = (SELECT min(ctid) FROM proj_pair_work_1.works)"
    )
    await place.owner.execute("UPDATE projections.checkpoints SET events = 1 WHERE projection = 'pair_card'")
    report = await place.verified(read_models=True)
    told = {one.found.partition(",")[0]: one.found for one in report.faults}
    assert {one.check for one in report.faults} == {"read models"}
    assert told.keys() == {"pair_work", "pair_card"}
    assert "works: rows only in the live one: 0, only in a fresh one: 1" in told["pair_work"]
    assert "counts 1 events" in told["pair_card"]
