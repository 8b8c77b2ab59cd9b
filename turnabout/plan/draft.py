"""Puts single items of a plan together: who is told when, in whose working hours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from turnabout import calendar, schedule
from turnabout.plan.items import Audience, Kind, PlanItem
from turnabout.policy import Policy
from turnabout.presets import Preset
from turnabout.spec import CohortSpec


class Draft:
    """Collects the items of one spec, part by part."""

    def __init__(self, spec: CohortSpec) -> None:
        self.spec = spec
        self.rules: Policy = spec.rules
        self.shape: Preset = spec.shape
        self.items: list[PlanItem] = []
        mentors = {person.id: person.timezone for person in spec.people if person.role == "mentor"}
        mentees = {person.id: person.timezone for person in spec.people if person.role == "mentee"}
        self.audiences: dict[Audience, Mapping[str, str]] = {
            "sponsor": {spec.sponsor.id: spec.sponsor.timezone},
            "business sponsor": {one.id: one.timezone for one in (spec.business_sponsor,) if one},
            "lead": {spec.lead.id: spec.lead.timezone},
            "everyone": mentors | mentees,
            "mentors": mentors,
            "mentees": mentees,
            "pairs": {"pairs": spec.timezone},
        }
        self.guests: tuple[Audience, ...] = ("pairs", "sponsor")
        if spec.business_sponsor is not None:
            self.guests = (*self.guests, "business sponsor")
        self.ready: datetime = spec.kickoff

    def add(self, at: datetime, rule: str, what: str, kind: Kind = "milestone", *, unless: str = "") -> None:
        """Add what happens without a message."""
        self.items.append(self._item(at, rule, what, kind, unless=unless))

    def tell(
        self,
        at: datetime,
        rule: str,
        what: str,
        to: Audience,
        template: str,
        direction: calendar.Direction = "later",
        *,
        unless: str = "",
        kind: Kind = "reminder",
    ) -> None:
        """Add a message, at the nearest time that its readers work."""
        nudges = self.rules.nudges
        served = calendar.common_instants(
            at, self.audiences[to], direction, self.spec.holidays, nudges.day_starts, nudges.day_ends
        )
        for fitted, people in sorted(served.items()):
            count = None if to == "pairs" else len(people)
            self.items.append(
                self._item(fitted, rule, what, kind, to=to, people=count, template=template, unless=unless)
            )

    def before(
        self,
        at: datetime,
        rule: str,
        what: str,
        to: Audience,
        template: str,
        event: datetime,
        *,
        unless: str = "",
    ) -> None:
        """Tell people ahead of an event: earlier where their hours ask for it, never after it began."""
        if at < event:
            self.tell(at, rule, what, to, template, "earlier", unless=unless)

    def escalate(
        self, at: datetime, rule: str, what: str, template: str, unless: str, to: Audience = "lead"
    ) -> None:
        self.tell(at, rule, what, to, template, unless=unless, kind="escalation")

    def _item(
        self,
        at: datetime,
        rule: str,
        what: str,
        kind: Kind,
        *,
        to: Audience | None = None,
        people: int | None = None,
        template: str = "",
        unless: str = "",
    ) -> PlanItem:
        spec = self.spec
        local = calendar.local(at, spec.timezone)
        week = schedule.week_of(spec, at)
        if at < schedule.on_day(spec, spec.kickoff_on, time(0)):
            phase = "before kickoff"
        elif week > self.shape.weeks:
            phase = "after the program"
        else:
            phase = self.shape.phase_of(week)
        return PlanItem(
            at=at,
            local=local,
            week=week,
            phase=phase,
            kind=kind,
            rule=rule,
            what=what,
            to=to,
            people=people,
            template=template,
            unless=unless,
        )
