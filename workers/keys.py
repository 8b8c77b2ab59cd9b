"""The operators' jobs about keys, on connections of their own made by the settings: no key leaves here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from events import database
from events.sealing import Vault
from turnabout.codec import PayloadKey
from turnabout.model import Model
from turnabout.settings import parse_keys
from workers.settings import EngineSettings


class KeyLine(Model):
    """A key by its id. `protects` counts the persons' keys that a master key opens; None for other keys: they
    work in Temporal and in letters."""

    kind: Literal["master", "codec", "link"]
    id: str
    state: Literal["newest", "older", "missing"]
    protects: int | None


async def list_keys() -> list[KeyLine]:
    """The keys of the settings, the newest first, and master keys that are needed and missing there."""
    settings = EngineSettings()
    master = settings.master()
    async with database.pool(settings.dsn(), name="keys", role=database.WRITER, size=2) as pool:
        protected = await Vault(pool, master).protected()
    named = [*master.names, *sorted(protected.keys() - set(master.names))]
    lines = [
        KeyLine(
            kind="master",
            id=name,
            state="newest" if name == master.newest else "older" if name in master.names else "missing",
            protects=protected.get(name, 0),
        )
        for name in named
    ]
    links = parse_keys(settings.link_keys, "LINK_KEYS") if settings.link_keys else ()
    return [*lines, *_others("codec", settings.keys()), *_others("link", links)]


def _others(kind: Literal["codec", "link"], keys: Sequence[PayloadKey]) -> Iterator[KeyLine]:
    for place, key in enumerate(keys):
        yield KeyLine(kind=kind, id=key.id, state="older" if place else "newest", protects=None)


async def rotate_keys() -> int:
    """Protect every person's key with the newest master key; how many were moved."""
    settings = EngineSettings()
    async with database.pool(settings.dsn(), name="keys", role=database.WRITER, size=2) as pool:
        return await Vault(pool, settings.master()).rewrap()
