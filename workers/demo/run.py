"""Runs the demo's cohort on a simulated stack, from its file to its close, and leaves nothing behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from events.contracts import StoredEvent
from events.people import People
from turnabout.contact import Contact
from turnabout.errors import InvalidInput
from turnabout.load import load_spec
from turnabout.policy import Policy
from turnabout.roster import read_roster
from turnabout.spec import CohortSpec
from workers.demo import keepsakes
from workers.demo.cast import Cast
from workers.demo.keepsakes import Keepsakes
from workers.demo.play import Play
from workers.demo.report import DemoReport, read_report
from workers.demo.script import Script
from workers.embedded.stack import Stack
from workers.settings import EngineSettings

EXAMPLES = Path(__file__).parents[2] / "examples"
LIMIT = timedelta(days=200)
LOOK_EVERY = 0.5
"""Seconds between two looks at the log: nobody reads the read models before the end."""
Watch = Callable[[CohortSpec, datetime, Sequence[StoredEvent]], None]


async def run_demo(watch: Watch, out: Path | None = None) -> DemoReport:
    """Import the example's people, start its cohort, play it to its close and read what came of it; leave a
    sample of its letters and documents in the folder `out`.

    `watch` is called with the spec, the simulated time and the new events as the run goes on.
    """
    loaded, contacts = read_example()
    spec = repeatable(loaded)
    if out is not None:
        keepsakes.prepare(out)
    script, events = Script(), list[StoredEvent]()
    letters = Keepsakes(pair=f"pair-{spec.id}-{script.feels_unsafe:02}")

    def look(now: datetime, new: Sequence[StoredEvent]) -> None:
        events.extend(new)
        watch(spec, now, new)

    # Nobody misses the letters of a demo that was interrupted, so it ends at once.
    settings = EngineSettings(notify_channels=("log",), shutdown_timeout=0.5)
    async with Stack.simulated(settings, sandboxed=False, look_every=LOOK_EVERY, ways=[letters]) as stack:
        await People(stack.pool).import_people(contacts)
        began = datetime.combine(spec.starts_on, datetime.min.time(), tzinfo=UTC) + timedelta(hours=8)
        await stack.clock.sleep(began - await stack.clock.now())
        started = time.monotonic()
        await stack.turnabout.start_cohort(spec)
        play = Play(Cast(spec, script), stack.turnabout, stack.log, stack.clock, look)
        await play.run(lambda event: event.type == "cohort.closed", limit=LIMIT)
        seconds = time.monotonic() - started
        report = await read_report(
            stack,
            spec.id,
            play.refusals,
            events,
            pause=keepsakes.shown(letters.pause) if letters.pause else None,
            began=began,
            wall_seconds=seconds,
        )
    if out is not None:
        keepsakes.write(out, letters, spec)
    return report


def repeatable(spec: CohortSpec) -> CohortSpec:
    """The cohort with lots that follow from its seed, so that every run draws the same pairs."""
    safety = spec.policy.safety.model_copy(update={"secret_lot": False})
    values = {name: getattr(spec.policy, name) for name in type(spec.policy).model_fields}
    return spec.model_copy(update={"policy": Policy(**{**values, "safety": safety})})


def read_example() -> tuple[CohortSpec, tuple[Contact, ...]]:
    """The example's cohort and the entries of its people in the directory. Raises InvalidInput where the
    examples are not."""
    file = EXAMPLES / "cohort.yaml"
    if not file.exists():
        raise InvalidInput("The examples are not here.", hint="Run the demo in a checkout: make demo.")
    loaded = load_spec(file)
    return loaded.spec, (*loaded.contacts, *read_roster(EXAMPLES / "staff.csv").contacts)
