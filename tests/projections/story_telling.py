"""What every part of a story needs: a cohort, its clock of chances, and how an event is told."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from events import cohort, pair
from events.base import Event
from events.chase import Chase, Step
from events.cohort_governance import CohortPlanned
from turnabout.commands.pair_terms import Terms
from turnabout.spec import CohortSpec, Kpi, Metric, Participant, Sponsor, Staff

SECRET = "whispered-secret"
START = datetime(2026, 1, 12, 9, tzinfo=UTC)
METRIC = Metric(name="followers", unit="followers", source="analytics")


@dataclass(frozen=True)
class Told:
    """One event at its time."""

    stream: str
    at: datetime
    event: Event


def spec_of(cohort: str, pairs: int, seed: int) -> CohortSpec:
    """A sprint with two people for each pair and two more who will find nobody."""
    people = [
        Participant(
            id=f"{cohort}-{role}-{number}",
            role=role,
            level=3 if role == "mentor" else 9,
            timezone="Europe/Berlin",
            function="sales",
            location="Berlin",
        )
        for role in ("mentor", "mentee")
        for number in range(1, pairs + 2)
    ]
    return CohortSpec(
        id=cohort,
        program="prog",
        name=f"Cohort {cohort}",
        preset="sprint_90",
        timezone="Europe/Berlin",
        starts_on=START.date(),
        kickoff_on=date(2026, 3, 3),
        lead=Staff(id="p-lead", timezone="Europe/Berlin"),
        sponsor=Sponsor(id="p-sponsor", timezone="Europe/Berlin", title="chro"),
        steward=Staff(id="p-steward", timezone="Europe/Berlin"),
        kpis=tuple(Kpi(id=f"K{n}", name=f"KPI {n}", outcome="retention") for n in (1, 6, 10)),
        priority_metric=METRIC,
        people=tuple(people),
        seed=seed,
    )


class Telling:
    """One cohort's story, as far as it is told."""

    def __init__(self, cohort: str, pairs: int, seed: int) -> None:
        self.random = random.Random(f"{cohort}/{seed}")  # noqa: S311 -- a story, no secret
        self.spec = spec_of(cohort, pairs, seed)
        self.cohort = f"cohort-{cohort}"
        self.pairs = pairs
        self.told: list[Told] = []
        self.items: dict[str, int] = {}

    def planned(self, *opens: Chase) -> CohortPlanned:
        """The first event."""
        return CohortPlanned(
            spec=self.spec, spec_digest="d", policy=self.spec.rules, shape=self.spec.shape, opens=opens
        )

    def _say(self, stream: str, at: datetime, *events: Event) -> None:
        self.told += [Told(stream, at, event) for event in events]

    def _maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def _chase(self, item: str, at: datetime, kind: str = "errand", template: str = "memo_due") -> Chase:
        revision = self.items[item] = self.items.get(item, 0) + 1
        steps = [
            Step(at=at + timedelta(days=1), action="remind", to=("p-a", "p-b"), template=template),
            Step(at=at + timedelta(days=2), action="remind", to=("p-a",), template=template),
            Step(at=at + timedelta(days=3), action="escalate", to=("p-lead",), template=template),
            Step(at=at + timedelta(days=4), action="expire"),
        ]
        return Chase(item=item, kind=kind, revision=revision, steps=tuple(steps))

    def _nudges(self, stream: str, chase: Chase) -> None:
        """Some of the chase's steps, each late by a little, from the first on."""
        kinds = (cohort, "Cohort") if stream.startswith("cohort") else (pair, "Pair")
        module, prefix = kinds
        for number, step in enumerate(chase.steps[: self.random.randrange(5)]):
            common = {"item": chase.item, "revision": chase.revision, "step": number, "kind": chase.kind}
            nudge = {**common, "template": step.template, "to": step.to, "due_at": step.at}
            at = step.at + timedelta(seconds=self.random.randrange(3600))
            if step.action == "expire":
                self._say(stream, at, getattr(module, f"{prefix}ItemExpired")(**common))
            elif self._maybe(0.25):
                gone = getattr(module, f"{prefix}ReminderSuppressed")(**common, reason="it came too late")
                self._say(stream, at, gone)
            elif step.action == "remind":
                self._say(stream, at, getattr(module, f"{prefix}Reminded")(**nudge))
            else:
                self._say(stream, at, getattr(module, f"{prefix}Escalated")(**nudge))

    def _stream(self, number: int) -> str:
        return f"pair-{self.spec.id}-{number:02d}"

    def _terms(self, number: int, mentor: str, mentee: str, *, assigned: bool) -> Terms:
        spec = self.spec
        return Terms(
            cohort=spec.id,
            program=spec.program,
            number=number,
            mentor=mentor,
            mentee=mentee,
            lead="p-lead",
            steward="p-steward",
            support_contact="p-contact",
            zones={},
            timezone=spec.timezone,
            preset=spec.preset,
            weeks=12,
            kickoff=spec.kickoff,
            first_week_on=spec.first_week_on,
            ends_on=spec.ends_on,
            pulse_weeks=(6,),
            decision_week=6,
            session_minutes=60,
            interval_weeks=1,
            metric=METRIC,
            assigned=assigned,
            policy=spec.rules,
        )
