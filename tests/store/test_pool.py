"""What every session of ours asks of the server."""

from __future__ import annotations

from events import database


async def test_a_host_that_vanishes_is_given_up_within_ten_seconds(dsn: str) -> None:
    """That it works is a drill, for it takes a network: `tests/drills/vanished.py`."""
    async with database.pool(dsn, name="test", size=1) as pool:
        rows = await pool.fetch("SELECT name, reset_val::int AS value FROM pg_settings WHERE name ~ '^tcp_'")
    asked = {row["name"]: row["value"] for row in rows}
    silent = asked["tcp_keepalives_idle"] + asked["tcp_keepalives_interval"] * asked["tcp_keepalives_count"]
    assert 0 < silent < 10
    assert 0 < asked["tcp_user_timeout"] < 10_000
