"""One engine in simulated time for the folder, spoken to as an operator's own program does."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from turnabout.settings import Settings
from workers.embedded.stack import Stack
from workers.settings import EngineSettings


@pytest_asyncio.fixture(scope="package")
async def stack() -> AsyncIterator[Stack]:
    async with Stack.simulated(EngineSettings(shutdown_timeout=0.5)) as made:
        yield made


@pytest.fixture
def settings(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings from the variables that lead to the stack; nobody gives commands by default."""
    monkeypatch.delenv("TURNABOUT_ACTOR", raising=False)
    for name, value in stack.environment().items():
        monkeypatch.setenv(name, value)
    return Settings()
