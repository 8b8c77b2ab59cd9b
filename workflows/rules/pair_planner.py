"""Plans what a pair is reminded of, in everybody's working hours and within the limits of nudging. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from events.chase import Chase, Step
from turnabout import calendar, schedule
from workflows.rules import chases
from workflows.rules.pair_state import PairState


@dataclass(frozen=True)
class Planner:
    """Plans chases for a state at a time."""

    state: PairState
    now: datetime

    @property
    def today(self) -> date:
        """The day in the cohort's zone."""
        return schedule.day_of(self.state.agreed, self.now)

    def chase(
        self,
        item: str,
        kind: str,
        *groups: Iterable[Step],
        occasion: int = 1,
        through_pause: bool = False,
    ) -> tuple[Chase, ...]:
        """The item with those steps that still make sense, or nothing if none does: no nudge in the past, one
        of a kind per person and day, and no more than the policy allows (G20)."""
        ordered = sorted((step for group in groups for step in group), key=lambda step: step.at)
        seen: set[tuple[str, str, date]] = set()
        count: dict[str, int] = {}
        steps: list[Step] = []
        for step in ordered:
            if step.action == "expire":
                steps.append(step)
                continue
            if step.at < self.now:
                continue
            kept = step.to if step.action == "escalate" else self._spared(step, seen, count)
            if kept:
                steps.append(step.model_copy(update={"to": kept}))
        if not steps:
            return ()
        return (
            chases.plan(
                item,
                kind,
                steps,
                self.state.policy.nudges,
                revision=self.state.ledger.next_revision(item),
                occasion=occasion,
                through_pause=through_pause,
            ),
        )

    def remind(
        self,
        at: datetime,
        to: Iterable[str],
        template: str,
        *,
        direction: calendar.Direction = "later",
        useful_until: datetime | None = None,
    ) -> tuple[Step, ...]:
        """Reminder steps in everybody's working hours."""
        return self.state.clock.remind(at, to, template, direction=direction, useful_until=useful_until)

    def prompts(self, to: Iterable[str], *asks: tuple[datetime, str], until: datetime) -> tuple[Step, ...]:
        """Reminders at those times from now on, each of use until the next one, the last until `until`."""
        return self.state.clock.prompts(asks, to, now=self.now, until=until)

    def tell_lead(self, at: datetime, template: str) -> tuple[Step, ...]:
        """A step that tells the lead, whoever that is then."""
        return self.state.clock.escalate(at, (self.state.agreed.lead,), template)

    def expire(self, at: datetime) -> tuple[Step, ...]:
        """The end of waiting."""
        return self.state.clock.expire(at)

    def _spared(self, step: Step, seen: set[tuple[str, str, date]], count: dict[str, int]) -> tuple[str, ...]:
        kept: list[str] = []
        for person in step.to:
            day = calendar.local(step.at, self.state.clock.zones[person]).date()
            limit = self.state.policy.nudges.max_nudges
            if (person, step.template, day) not in seen and count.get(person, 0) < limit:
                seen.add((person, step.template, day))
                count[person] = count.get(person, 0) + 1
                kept.append(person)
        return tuple(kept)
