"""Whoever verifies while people answer and read models follow finds no fault that is none."""

from __future__ import annotations

import asyncio

from events import registry
from events.sealing import MasterKeys
from events.store import EventStore
from tests.verify.conftest import a_place, write_old_streams
from workers.embedded.postgres import EmbeddedPostgres

AT_ONCE = 60
"""Commands that are given while one verification runs, as fast as they may."""


async def test_nothing_is_wrong_with_a_log_that_grows(
    cluster: EmbeddedPostgres, template: str, master_keys: MasterKeys
) -> None:
    lengths: list[int] = []
    async with a_place(cluster, template, master_keys, "growing") as place, place.following():
        store, allowed = EventStore(place.writer, registry.standard(), place.vault), asyncio.Semaphore(0)
        writing = asyncio.create_task(write_old_streams(store, allowed))
        while not writing.done():
            for _ in range(AT_ONCE):
                allowed.release()
            report = await place.verified(read_models=len(lengths) % 4 == 1)
            assert report.faults == ()
            lengths.append(report.events)
        await writing
        assert (await place.verified()).total == 0
    assert len(set(lengths)) > 3, "it grew meanwhile"
