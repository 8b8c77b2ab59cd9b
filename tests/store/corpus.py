"""One example of each event type in each schema version that was ever written, as it was stored.

`python -m tests.store.corpus` adds what is missing and leaves what is there: no old example is made anew.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from events import registry
from events.cohort_kpis import KpisPublished

CORPUS = Path(__file__).with_name("corpus.json.gz")

Key = tuple[str, int]

_CHASE: Mapping[str, Any] = {"opens": [], "settles": []}
_DUTY: Mapping[str, Any] = {**_CHASE, "duty": "checkpoint"}
BY_HAND: Mapping[Key, Mapping[str, Any]] = {
    ("cohort.attendance_corrected", 1): {
        **_CHASE,
        "corrects": 3,
        "person": "p-1",
        "attended": True,
        "by": "s-lead",
        "reason": "The list was wrong",
    },
    ("cohort.duty_missed", 1): _DUTY,
    ("cohort.duty_rescheduled", 1): {**_DUTY, "due_at": "2027-03-01T10:00:00Z"},
    ("cohort.holidays_recorded", 1): {
        **_CHASE,
        "number": 1,
        "source": "holidays 0.108",
        "first_on": "2027-01-01",
        "last_on": "2027-12-31",
        "days": {"DE-BE": ["2027-03-08"]},
        "unknown": ["XX"],
    },
    ("cohort.holidays_requested", 1): {
        "number": 1,
        "holiday_place": "DE-BE",
        "site_holidays": {"Pune": "IN-MH"},
    },
    ("cohort.pair_end_noted", 1): {
        **_CHASE,
        "pair": "pair-q3-01",
        "state": "ended_by_choice",
        "waiting": ["p-1"],
    },
    ("cohort.person_declined", 1): {**_CHASE, "person": "p-1", "reason": "workload"},
    ("cohort.person_withdrew", 1): {**_CHASE, "person": "p-1", "reason": "time"},
    ("cohort.reminder_postponed", 1): {
        **_CHASE,
        "item": "charter",
        "revision": 1,
        "step": 1,
        "kind": "charter",
        "to": ["s-sponsor"],
    },
    ("pair.absence_noted", 1): {"by": "p-1", "first_on": "2027-03-01", "last_on": "2027-03-05"},
    ("pair.attendance_withdrawn", 1): {"corrects": 3, "person": "p-1"},
    ("pair.cadence_changed", 1): {
        "by": "p-1",
        "weekday": 1,
        "at": "10:00:00",
        "timezone": "Europe/Berlin",
        "minutes": 60,
        "channel": "video",
    },
    ("pair.career_outcome_stated", 1): {**_CHASE, "by": "p-1", "outcome": "Lead a team"},
    ("pair.days_off_noted", 1): {"days_off": {"p-1": ["2027-03-08"]}},
    ("pair.deliverable_recorded", 1): {"by": "p-1", "what": "A demo of a minute"},
    ("pair.goal_misfit_found", 1): {"number": 1, "preset": "skills_sprint"},
    ("pair.lead_changed", 1): {"lead": "s-new", "timezone": "UTC"},
}
"""What no history and no made-up story holds; an old version as the release of that time wrote it."""


def wanted() -> set[Key]:
    """Every type of this release in every schema version up to today's."""
    known = registry.standard()
    return {(name, version) for name in known.names() for version in range(1, known.schema_version(name) + 1)}


def corpus() -> dict[Key, dict[str, Any]]:
    """The examples by type and schema version; sealed fields hold what was said."""
    text = gzip.decompress(CORPUS.read_bytes()) if CORPUS.exists() else b"[]"
    return {(one["type"], one["version"]): one["body"] for one in json.loads(text)}


def _seen() -> Iterator[tuple[Key, Mapping[str, Any]]]:
    from tests.projections.story import story
    from tests.replay.test_old_streams import OLD, stored

    for file in OLD:
        for event in stored(file):
            yield (event.type, event.schema_version), event.data
    for seed in range(1, 40):
        for told in story(seed, cohorts=1, pairs=6):
            yield (told.event.type, told.event.schema_version), told.event.payload()
            if isinstance(told.event, KpisPublished):
                yield (told.event.type, 1), _without_due_days(told.event.payload())
    yield from BY_HAND.items()


def _without_due_days(body: dict[str, Any]) -> dict[str, Any]:
    told = body["publication"]
    figures = [{name: value for name, value in one.items() if name != "due_on"} for one in told["figures"]]
    return {**body, "publication": {**told, "figures": figures}}


def main() -> None:
    """Add the smallest example at hand for each type and version that has none."""
    kept = corpus()
    found: dict[Key, str] = {}
    for key, body in _seen():
        text = json.dumps(body, ensure_ascii=False)
        if key not in found or len(text) < len(found[key]):
            found[key] = text
    examples = {**{key: json.loads(text) for key, text in found.items()}, **kept}
    rows = [
        {"type": name, "version": version, "body": examples[name, version]}
        for name, version in sorted(examples)
        if (name, version) in wanted()
    ]
    CORPUS.write_bytes(gzip.compress(json.dumps(rows, ensure_ascii=False).encode(), mtime=0))


if __name__ == "__main__":
    main()
