"""One whole cohort that nothing happens to, for everything that its tests ask of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest_asyncio

from tests.e2e.audit import Audit, audit
from tests.e2e.house import House, a_house
from tests.e2e.people import candid_people
from workers.demo.play import Refusal


@dataclass(frozen=True)
class Story:
    """A cohort that has closed, on servers that still run, and what the audit found."""

    house: House
    found: Audit

    @property
    def refusals(self) -> list[Refusal]:
        """What a rule refused, in order."""
        return self.house.play.refusals

    def events(self, stream: str, *types: str) -> list[dict[str, Any]]:
        """The bodies of a stream's events of these types, unsealed, in order."""
        told = self.found.streams[stream]
        return [event.data for event in told.events if event.type in types]


@pytest_asyncio.fixture(scope="session")
async def story() -> AsyncIterator[Story]:
    async with a_house(cast=candid_people(), log_level="debug") as house:
        await house.until_closed()
        yield Story(house, await audit(house.stack, house.turnabout.receipts))
