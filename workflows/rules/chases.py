"""The agenda all streams share: open items, their next steps, the one command that runs them. Pure.

A chase is planned when its item opens (in `decide`, from policy and calendar) and recorded in the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from events.chase import Chase, Chasing, Escalated, Expired, Reminded, Step, Suppressed
from turnabout import calendar
from turnabout.commands.base import Command
from turnabout.errors import InternalError, Rejected
from turnabout.policy import NudgePolicy
from workflows.rules.decider import Due


@dataclass(frozen=True)
class Open:
    """An open item and how many of its steps have run."""

    chase: Chase
    done: int = 0

    @property
    def next(self) -> Step | None:
        return self.chase.steps[self.done] if self.done < len(self.chase.steps) else None


Chases = Mapping[str, Open]
NONE: Chases = MappingProxyType({})


def evolve(chases: Chases, event: Chasing | Reminded | Suppressed | Escalated | Expired) -> Chases:
    """The open items after an event. A step that no longer fits (its item was settled or rescheduled in the
    meantime) changes nothing."""
    after = dict(chases)
    if isinstance(event, Chasing):
        for item in event.settles:
            after.pop(item, None)
        for chase in event.opens:
            after[chase.item] = Open(chase)
        return MappingProxyType(after)
    current = after.get(event.item)
    if current is None or current.chase.revision != event.revision:
        return chases
    if isinstance(event, Expired):
        del after[event.item]
    else:
        after[event.item] = Open(current.chase, event.step + 1)
    return MappingProxyType(after)


@dataclass(frozen=True)
class Ledger:
    """The open items, and what must outlive them: each item's last revision, so that no step's id ever comes
    twice, and how often each person was nudged for each of its occasions (G20)."""

    open: Chases = field(default_factory=lambda: NONE)
    revisions: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    nudges: Mapping[tuple[str, int, str], int] = field(default_factory=lambda: MappingProxyType({}))

    def evolve(self, event: Chasing | Reminded | Suppressed | Escalated | Expired) -> Ledger:
        """The ledger after an event."""
        revisions, nudges = self.revisions, self.nudges
        if isinstance(event, Chasing) and event.opens:
            opened = {chase.item: chase.revision for chase in event.opens}
            revisions = {**revisions, **opened}
        if isinstance(event, Reminded) and event.item in self.open:
            chase = self.open[event.item].chase
            counted = {
                (chase.item, chase.occasion, person): self.nudged(chase, person) + 1 for person in event.to
            }
            nudges = {**nudges, **counted}
        return Ledger(evolve(self.open, event), revisions, nudges)

    def next_revision(self, item: str) -> int:
        """The revision with which an item is opened again; 1 for a new one."""
        return self.revisions.get(item, 0) + 1

    def nudged(self, chase: Chase, person: str) -> int:
        """How often a person was reminded of an item on this occasion, over all its revisions."""
        return self.nudges.get((chase.item, chase.occasion, person), 0)

    def still_open(self, *items: str) -> tuple[str, ...]:
        """Those of the items that are open."""
        return tuple(item for item in items if item in self.open)


def step_id(chase: Chase, step: int) -> str:
    """The id of the command that runs a step, such as `session-07:remind-0:r2`."""
    return f"{chase.item}:{chase.steps[step].action}-{step}:r{chase.revision}"


def agenda(chases: Chases, run: type[Command], *, paused: bool = False) -> tuple[Due, ...]:
    """The next step of every open item as a command of type `run` (fields item, revision, step)."""
    return tuple(
        Due(
            at=step.at,
            command_id=step_id(item.chase, item.done),
            command=run.model_validate(
                {"item": item.chase.item, "revision": item.chase.revision, "step": item.done}
            ),
        )
        for item in chases.values()
        if (step := item.next) is not None and (item.chase.through_pause or not paused)
    )


def due_step(chases: Chases, item: str, revision: int, step: int) -> tuple[Chase, Step]:
    """The chase and step that a run command names; one that is not next any more is rejected."""
    current = chases.get(item)
    if current is None or current.chase.revision != revision or current.done != step or current.next is None:
        raise Rejected(
            "G20", f"step {step} of {item} (revision {revision}) is not due.", hint="Nothing to do."
        )
    return current.chase, current.next


def is_stale(step: Step, now: datetime) -> bool:
    """Whether a reminder has lost its use (R108)."""
    return step.useful_until is not None and now > step.useful_until


@dataclass(frozen=True)
class Delivery:
    """What becomes of a step that is due: who gets it `now`, what waits (`later`: the item with the steps
    that are left), and, where nobody gets anything, why."""

    now: tuple[str, ...] = ()
    later: Chase | None = None
    why: str = ""


def deliver(
    ledger: Ledger, chase: Chase, number: int, to: Iterable[str], clock: Clock, now: datetime
) -> Delivery:
    """Who gets a due remind or escalate step: nobody past its use or past the limit of nudges, and nobody
    outside working hours; for those it waits (R108, G20)."""
    step, people = chase.steps[number], tuple(to)
    if not people:
        return Delivery(why="nobody is left to tell")
    if step.action == "remind":
        limit = clock.policy.max_nudges
        people = tuple(person for person in people if ledger.nudged(chase, person) < limit)
        if not people:
            return Delivery(why="the limit of nudges is reached")
        if is_stale(step, now):
            return Delivery(why="it came too late to be of use")
    wanted: dict[datetime, tuple[str, ...]] = {}
    for person in people:
        at = clock.fit(now, person, "later")
        wanted[at] = (*wanted.get(at, ()), person)
    ready = wanted.pop(now, ())
    moved = [step.model_copy(update={"at": at, "to": some}) for at, some in wanted.items()]
    waiting = [one for one in moved if not is_stale(one, one.at)]
    if waiting:
        steps = sorted([*waiting, *chase.steps[number + 1 :]], key=_in_time)
        revision = ledger.next_revision(chase.item)
        later = chase.model_copy(update={"steps": tuple(steps), "revision": revision})
        return Delivery(ready, later)
    return Delivery(ready, why="" if ready else "it came too late to be of use")


@dataclass(frozen=True)
class Clock:
    """Where and when people may be nudged: each person's zone, the holidays, the policy; `off` holds the days
    that are nobody else's: holidays of where they work, and when they are away."""

    zones: Mapping[str, str]
    holidays: Collection[date]
    policy: NudgePolicy
    off: Mapping[str, Collection[date]] = field(default_factory=lambda: MappingProxyType({}))

    def remind(
        self,
        at: datetime,
        to: Iterable[str],
        template: str,
        *,
        direction: calendar.Direction = "later",
        useful_until: datetime | None = None,
    ) -> tuple[Step, ...]:
        """Reminder steps for everyone at or near `at`, in each recipient's working hours: what precedes an
        event moves earlier, a prompt moves later. One step serves all whose hours allow a common instant, but
        nobody waits for the day on which somebody else is back.

        Where nothing says `useful_until`, a prompt grows stale some hours after the time it was moved to:
        a long weekend must not make it useless before anyone could read it."""
        fresh = timedelta(hours=self.policy.stale_after)
        wanted = {person: self.fit(at, person, direction) for person in to}
        there = {
            one: fit for one, fit in wanted.items() if fit == self._fit(at, one, direction, self.holidays)
        }
        back = {person: fit for person, fit in wanted.items() if person not in there}
        steps = [
            Step(
                at=candidate,
                action="remind",
                to=served,
                template=template,
                useful_until=max(useful_until or candidate + fresh, candidate),
            )
            for group in (there, back)
            for candidate, served in self._together(group, direction)
        ]
        return tuple(sorted(steps, key=lambda step: step.at))

    def _together(
        self, wanted: Mapping[str, datetime], direction: calendar.Direction
    ) -> Iterator[tuple[datetime, tuple[str, ...]]]:
        """The instants that serve all of these people, and whom each serves."""
        left = dict(wanted)
        for candidate in sorted(set(wanted.values()), reverse=direction == "later"):
            served = tuple(person for person in left if self._may(candidate, person))
            if served:
                yield candidate, served
            left = {person: planned for person, planned in left.items() if person not in served}

    def prompts(
        self, asks: Iterable[tuple[datetime, str]], to: Iterable[str], *, now: datetime, until: datetime
    ) -> tuple[Step, ...]:
        """Reminders at those times, each with its template; nothing before `now` or from `until` on. Each is
        of use until the next one to the same person, the last until `until`, so that what piled up in an
        outage or a pause goes out once. One a day is enough: the earlier stays."""
        people = tuple(to)
        last: dict[str, int] = {}
        steps: list[Step] = []
        for at, template in sorted(ask for ask in asks if ask[0] >= now):
            for step in self.remind(at, people, template, useful_until=until):
                new = tuple(
                    person
                    for person in step.to
                    if person not in last or not self._same_day(steps[last[person]].at, step.at, person)
                )
                if step.at >= until or not new:
                    continue
                for person in new:
                    if person in last:
                        before = steps[last[person]]
                        ends = min(step.at, before.useful_until or until)
                        steps[last[person]] = before.model_copy(update={"useful_until": ends})
                    last[person] = len(steps)
                steps.append(step.model_copy(update={"to": new}))
        return tuple(steps)

    def escalate(self, at: datetime, to: Iterable[str], template: str) -> tuple[Step, ...]:
        """Steps that tell a person, in the first one's working hours, at or after `at`."""
        people = tuple(to)
        when = self.fit(at, people[0], "later") if people else at
        return (Step(at=when, action="escalate", to=people, template=template),)

    def expire(self, at: datetime) -> tuple[Step, ...]:
        """The end of waiting; it reaches nobody, so it needs no working hours."""
        return (Step(at=at, action="expire"),)

    def fit(self, at: datetime, person: str, direction: calendar.Direction) -> datetime:
        """The working instant of a person nearest to `at` on that side."""
        return self._fit(at, person, direction, self._free(person))

    def _fit(
        self, at: datetime, person: str, direction: calendar.Direction, free: Collection[date]
    ) -> datetime:
        policy = self.policy
        return calendar.working_instant(
            at, self.zones[person], direction, free, policy.day_starts, policy.day_ends
        )

    def _free(self, person: str) -> Collection[date]:
        own = self.off.get(person, ())
        return (*self.holidays, *own) if own else self.holidays

    def _same_day(self, one: datetime, other: datetime, person: str) -> bool:
        timezone = self.zones[person]
        return calendar.local(one, timezone).date() == calendar.local(other, timezone).date()

    def _may(self, at: datetime, person: str) -> bool:
        return calendar.is_working(
            at, self.zones[person], self._free(person), self.policy.day_starts, self.policy.day_ends
        )


def plan(
    item: str,
    kind: str,
    steps: Iterable[Step],
    policy: NudgePolicy,
    *,
    revision: int = 1,
    occasion: int = 1,
    through_pause: bool = False,
) -> Chase:
    """A chase with its steps in order of time. More reminders for one person than the policy allows is a
    mistake in our rules, not in the input (G20)."""
    ordered = tuple(sorted(steps, key=_in_time))
    nudged: dict[str, int] = {}
    for step in ordered:
        for person in step.to if step.action == "remind" else ():
            nudged[person] = nudged.get(person, 0) + 1
    if max(nudged.values(), default=0) > policy.max_nudges:
        raise InternalError(f"[G20] {item} would nudge someone more than {policy.max_nudges} times.")
    return Chase(
        item=item,
        kind=kind,
        revision=revision,
        occasion=occasion,
        steps=ordered,
        through_pause=through_pause,
    )


def _in_time(step: Step) -> tuple[datetime, str]:
    return step.at, step.action
