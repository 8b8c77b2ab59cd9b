"""What an operations team writes to start a cohort: people by id, preset, KPIs, dates, zones. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from turnabout import calendar
from turnabout.checks import check
from turnabout.consent import Consent
from turnabout.instruments import HOUSE, Instrument
from turnabout.model import Key, Line, Model, PersonId, Rating
from turnabout.policy import Policy
from turnabout.presets import Preset, PresetName, preset, preset_policy
from turnabout.prompts import OwnPrompt

if TYPE_CHECKING:
    from pathlib import Path

Outcome = Literal["retention", "digital upskilling", "inclusion", "cross-generational trust", "engagement"]
KPI_PATTERN = r"^K([1-9]|1[0-6])$"
Direction = Literal["increase", "decrease"]
Objective = Literal["retain junior talent", "close digital blind spots", "speed up inclusive leadership"]
"""What a program may be for (R1)."""


def _not_a_number(value: Any) -> Any:
    if isinstance(value, int | float):  # pydantic would take 10 for ten seconds past midnight
        raise ValueError("write a local time as text with hour and minute, such as '10:00'")
    return value


def _without_zone(value: time) -> time:
    if value.tzinfo:
        raise ValueError("write a local time without an offset; `timezone` says where")
    return value


LocalTime = Annotated[time, BeforeValidator(_not_a_number), AfterValidator(_without_zone)]
"""An hour and minute on a wall clock."""


HolidayPlace = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,6})?$")]
"""Where public holidays hold: a country (ISO 3166-1), or one of its regions, such as `DE` or `DE-BE`."""


class Gap(Model):
    """A skill that a mentee wants to learn (R34): current and target level, 1-5."""

    skill: Line = Field(description="what is to be learned")
    current: Rating = Field(description="level today, 1-5")
    target: Rating = Field(description="level to reach, 1-5, above `current`")


class Participant(Model):
    """One person's facts as far as the rules need them; no name, no address (R33, R34, R42).

    `level` is the seniority grade as a number (higher is more senior); `reports_to` the chain of managers,
    nearest first; `skills` what a mentor can teach; `background` the profession that somebody comes from,
    never a protected trait (R39).
    """

    id: PersonId = Field(description="a pseudonymous id; lower-case letters, digits, `-` and `_`")
    role: Literal["mentor", "mentee"] = Field(description="a mentor teaches, a mentee learns")
    level: int = Field(ge=1, le=20, description="grade as a number, higher is more senior (R9)")
    timezone: str = Field(description="where they work, as an IANA name such as `Europe/Berlin` (R108)")
    function: Line = Field(description="part of the company they work in (R39)")
    location: Line = Field(description="office they work at (R39)")
    background: Line | None = Field(
        default=None, description="profession they come from, never a protected trait (R39)"
    )
    reports_to: tuple[PersonId, ...] = Field(
        default=(), description="managers, nearest first; two levels up or down never make a pair (R42)"
    )
    skills: tuple[Line, ...] = Field(default=(), description="what a mentor can teach (R36)")
    gaps: tuple[Gap, ...] = Field(
        default=(), description="what a mentee wants to learn; a mentee needs one or more (R34)"
    )
    interests: tuple[Line, ...] = Field(default=(), description="shared ones raise the score (R36)")
    conflicts: tuple[PersonId, ...] = Field(
        default=(), description="people with whom they are never paired (R42)"
    )
    high_potential: bool = Field(default=False, description="a mentor must be (R33)")
    customer_facing: bool = Field(
        default=False, description="a mentor must be this or digitally skilled (R33)"
    )
    digitally_skilled: bool = Field(
        default=False, description="a mentor must be this or customer-facing (R33)"
    )


class Staff(Model):
    """Someone who serves the program without being in a pair, with the zone they work in."""

    id: PersonId = Field(description="id in the people directory, where name and address are")
    timezone: str = Field(description="where they work, as an IANA name (R108)")


class Sponsor(Staff):
    """The executive sponsor (R26)."""

    title: Literal["cpo", "chro", "business_head"] = Field(description="office of the sponsor (R26)")


class Kpi(Model):
    """A KPI named in the charter, mapped to an outcome (R12, R32)."""

    id: Annotated[str, Field(pattern=KPI_PATTERN)] = Field(description="which figure, K1 to K16")
    name: Line = Field(description="what your charter calls it")
    outcome: Outcome = Field(description="what it is for (R12)")


class Metric(Model):
    """A business or retention metric that goals are tied to (R44)."""

    name: Line = Field(description="what is counted")
    unit: Line = Field(description="its unit, as a goal says it: `followers`")
    direction: Direction = Field(default="increase", description="which way is better")
    source: Line = Field(description="where the number comes from")


class Grounds(Model):
    """Why a roll-out may start (G13): which of the eight signals of the readiness check hold, or a closed
    pilot and the day on which its sponsor decided to scale."""

    signals: tuple[Annotated[int, Field(ge=1, le=8)], ...] = Field(
        default=(), description="numbers of the signals that hold, 1-8; five are enough (G13)"
    )
    pilot: Key | None = Field(default=None, description="id of a closed pilot (G13)")
    scale_decided_on: date | None = Field(
        default=None, description="day on which its sponsor decided to scale (R96)"
    )


class CohortSpec(Model):
    """Everything that starts a cohort. `starts_on` is the day the charter goes to the sponsor; `kickoff_on`
    and `kickoff_at` are local to `timezone`; `weeks` is the preset's default where None."""

    id: Key = Field(description="names the cohort for ever; lower-case letters, digits and `-`")
    program: Key = Field(description="the program that it is a run of")
    name: Line = Field(description="what people read")
    kind: Literal["pilot", "roll_out"] = Field(
        default="pilot", description="a roll-out has 8 pairs or more and needs `grounds` (G13, R89)"
    )
    preset: PresetName = Field(description="shape of the program, see Presets (R50)")
    weeks: int | None = Field(
        default=None, description="length from the kickoff on; unset: the preset's own (R50)"
    )
    timezone: str = Field(description="zone of the kickoff and of the cohort's days, an IANA name (R108)")
    starts_on: date = Field(description="day on which the charter goes to the sponsor (T2)")
    kickoff_on: date = Field(description="day of the kickoff, local to `timezone` (R31)")
    kickoff_at: LocalTime = Field(default=time(10), description="its hour, local to `timezone` (R51)")
    lead: Staff = Field(description="program lead, exactly one (R27)")
    sponsor: Sponsor = Field(description="executive sponsor, who signs the charter (R26)")
    business_sponsor: Staff | None = Field(default=None, description="answers for relevance and uptake (R29)")
    steward: Staff = Field(description="safety steward: concerns go to them alone (R73)")
    support_contacts: tuple[Staff, ...] = Field(default=(), description="skip-level contacts for pairs (R72)")
    objectives: tuple[Objective, ...] = Field(default=(), description="what the cohort is for (R1)")
    aim: Line | None = Field(default=None, description="an objective in one's own words (R1)")
    kpis: tuple[Kpi, ...] = Field(description="3 or 4, named in the charter (R32)")
    priority_metric: Metric = Field(description="the one number that goals are tied to (R32, R44)")
    instruments: tuple[Instrument, ...] = Field(
        default=(HOUSE,), description="what baseline and endpoint ask (R55)"
    )
    people: tuple[Participant, ...] = Field(description="mentors and mentees, or `{file: people.csv}` (R33)")
    holidays: tuple[date, ...] = Field(default=(), description="days off of the organisation itself")
    holiday_place: HolidayPlace | None = Field(
        default=None, description="whose public holidays the cohort keeps, such as DE-BE (R108)"
    )
    site_holidays: dict[Line, HolidayPlace] = Field(
        default_factory=dict, description="whose public holidays the people of a location keep (R67)"
    )
    prompts: tuple[OwnPrompt, ...] = Field(
        default=(), max_length=60, description="prompts of the organisation's own, beside the library (R80)"
    )
    seed: int = Field(default=0, description="decides between equally good pairings (R36)")
    grounds: Grounds | None = Field(default=None, description="why a roll-out may start (G13)")
    consent: Consent | None = Field(
        default=None, description="the organisation's own text to agree to; unset: the house's (R102)"
    )
    small_cohort_reason: Line | None = Field(
        default=None, description="why fewer than four pairs may start (G13)"
    )
    policy: Policy = Field(default=Policy(), description="thresholds and timers, see Policy")

    @property
    def shape(self) -> Preset:
        """The preset at this cohort's length."""
        return preset(self.preset, self.weeks)

    @property
    def rules(self) -> Policy:
        """The policy with what the preset overrides."""
        return preset_policy(self.preset, self.policy)

    @property
    def everybody(self) -> tuple[str, ...]:
        """The ids of all who are written to: those who hold an office, then mentors and mentees."""
        offices = (self.lead, self.sponsor, self.business_sponsor, self.steward)
        return tuple(dict.fromkeys(one.id for one in (*offices, *self.people) if one is not None))

    @property
    def kickoff(self) -> datetime:
        """The instant of the kickoff, in UTC."""
        return calendar.instant(self.kickoff_on, self.kickoff_at, self.timezone)

    @property
    def first_week_on(self) -> date:
        """The Monday of week 1, the kickoff's week."""
        return self.kickoff_on - timedelta(days=self.kickoff_on.weekday())

    @property
    def ends_on(self) -> date:
        """The last day of the pairs' work: the kickoff's day plus the weeks."""
        return self.kickoff_on + timedelta(weeks=self.shape.weeks)

    def problems(self) -> tuple[str, ...]:
        """Everything that refuses a start, each with field, rule and fix; pure, so the workflow asks too."""
        return tuple(str(finding) for finding in check(self).problems)

    def warnings(self) -> tuple[str, ...]:
        """What the lead should know; nothing of it refuses a start."""
        return tuple(str(finding) for finding in check(self).warnings)

    @classmethod
    def load(cls, path: str | Path) -> CohortSpec:
        """Read a YAML or JSON file, its roster included; names and addresses stay outside.

        Raises InvalidInput with every problem found. `turnabout.load.load_spec` also returns the notices.
        """
        from turnabout.load import load_spec  # noqa: PLC0415 - a workflow imports specs, and must not import files

        return load_spec(path).spec
