"""The statements of earlier releases, which must work on this one's schema: while it is rolled out, the one
before goes on beside it.

`python -m tests.store.released` writes down those of today under today's version, when a release is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from events.migrate import migrations
from turnabout import __version__, sql

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).with_name("released")
FILES = (
    *(
        "activities/notify.sql",
        "events/own.sql",
        "events/people.sql",
        "events/reader.sql",
        "events/sealing.sql",
    ),
    *("events/store.sql", "events/tokens.sql", "projections/builds.sql", "turnabout/reads.sql"),
    *("workers/reconciler.sql", "workers/retention.sql"),
)
"""What long-lived processes ask of tables and views that migrations, or a newer projector, may change."""


def statements() -> Iterator[tuple[str, str]]:
    """By a name that says where it is from, every statement of today."""
    for file in FILES:
        for name, text in sql.load(str(ROOT / file), Path(file).name).items():
            yield f"{Path(file).parent.name}_{Path(file).stem}_{name}", text


def main() -> None:
    """Write down today's statements, and checksums of the migrations, which are never edited from then on."""
    FOLDER.mkdir(exist_ok=True)
    blocks = (f"-- name: {name}\n{text}\n" for name, text in statements())
    (FOLDER / f"{__version__}.sql").write_text("\n".join(blocks), encoding="utf-8")
    sums = {f"{one.number:04d}_{one.name}": one.checksum for one in migrations()}
    (FOLDER / f"{__version__}.json").write_text(json.dumps(sums, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
