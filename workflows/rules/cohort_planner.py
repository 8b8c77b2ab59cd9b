"""Plans what a cohort's people are reminded of, in their working hours and within the limits. Pure.

A reminder is of use until the next one of its kind, so an outage never makes two arrive together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from events.chase import Chase, Step
from turnabout import schedule
from workflows.rules import chases
from workflows.rules.cohort_state import CohortState

Steps = tuple[Step, ...]


@dataclass(frozen=True)
class Planner:
    """Plans chases for a state at a time."""

    state: CohortState
    now: datetime

    @property
    def today(self) -> date:
        """The day in the cohort's zone."""
        return schedule.day_of(self.state.spec, self.now)

    def chase(self, item: str, kind: str, *groups: Iterable[Step]) -> tuple[Chase, ...]:
        """The item with those steps, leaving out what exceeds the limit of nudges (G20); nothing where no
        step is left."""
        limit = self.state.policy.nudges.max_nudges
        count: dict[str, int] = {}
        steps: list[Step] = []
        for step in sorted((step for group in groups for step in group), key=lambda one: one.at):
            to = step.to
            if step.action == "remind":
                to = tuple(person for person in step.to if count.get(person, 0) < limit)
                count |= {person: count.get(person, 0) + 1 for person in to}
            if to or step.action == "expire":
                steps.append(step.model_copy(update={"to": to}))
        if not steps:
            return ()
        revision = self.state.ledger.next_revision(item)
        return (chases.plan(item, kind, steps, self.state.policy.nudges, revision=revision),)

    def message(self, item: str, to: Iterable[str], template: str) -> tuple[Chase, ...]:
        """A one-off word to people, as soon as their working hours allow."""
        return self.chase(item, "message", self.prompt(self.now, to, template))

    def prompt(
        self, at: datetime, to: Iterable[str], template: str, *, until: datetime | None = None
    ) -> Steps:
        """A reminder at `at`, or now if that has passed; it moves later into working hours."""
        people = tuple(dict.fromkeys(to))
        return self.state.clock.remind(max(at, self.now), people, template, useful_until=until)

    def prompts(
        self, times: Iterable[datetime], to: Iterable[str], template: str, *, until: datetime
    ) -> Steps:
        """Reminders at those times, each of use until the next, the last until `until`. What lies in the past
        or on the end is left out."""
        asks = [(at, template) for at in times if at > self.now]
        return self.state.clock.prompts(asks, tuple(to), now=self.now, until=until)

    def before(self, at: datetime, to: Iterable[str], template: str, *, event: datetime) -> Steps:
        """A reminder that precedes an event: it moves earlier into working hours, but not into the past, and
        is left out once the event has begun."""
        if self.now >= event:
            return ()
        people = tuple(dict.fromkeys(to))
        steps: list[Step] = []
        for step in self.state.clock.remind(
            max(at, self.now), people, template, direction="earlier", useful_until=event
        ):
            steps += [step] if step.at >= self.now else self.prompt(self.now, step.to, template, until=event)
        return tuple(step for step in steps if step.at < event)

    def tell(self, at: datetime, person: str, template: str) -> Steps:
        """A step that tells a person that something is still open."""
        return self.state.clock.escalate(max(at, self.now), (person,), template)

    def expire(self, at: datetime) -> Steps:
        """The end of waiting."""
        return self.state.clock.expire(max(at, self.now))
