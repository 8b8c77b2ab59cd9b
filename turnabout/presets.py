"""The four shapes a program can take (domain.md section 7): length, cadence, pulse weeks, phases. Pure."""

from __future__ import annotations

from math import ceil
from typing import Literal

from turnabout.errors import Rejected
from turnabout.evidence import Evidence
from turnabout.model import Model
from turnabout.policy import ClosingPolicy, Policy

PresetName = Literal["skills_sprint", "behaviour_change", "sprint_90", "monthly_dialogue"]


class Phase(Model):
    """A named stretch of weeks, both ends included, counted from kickoff as week 1, and what a pair leaves
    behind in it (R62-R66)."""

    name: str
    first_week: int
    last_week: int
    evidence: tuple[Evidence, ...] = ()


class Preset(Model):
    """One shape for a given length. Weeks count from kickoff; sessions repeat every `interval_weeks`, and the
    mentors meet in their circle in `circle_weeks` (T13)."""

    name: PresetName
    weeks: int
    interval_weeks: int
    session_minutes: int
    pulse_weeks: tuple[int, ...]
    decision_week: int
    phases: tuple[Phase, ...]
    circle_weeks: tuple[int, ...] = ()

    @property
    def sessions(self) -> int:
        """How many sessions the plan holds: one for each full interval."""
        return max(1, self.weeks // self.interval_weeks)

    def phase_of(self, week: int) -> str:
        """The phase that a week belongs to; before and after the program, the nearest one."""
        for phase in self.phases:
            if week <= phase.last_week:
                return phase.name
        return self.phases[-1].name


LENGTHS: dict[str, tuple[int, int, int]] = {
    "skills_sprint": (8, 12, 8),
    "behaviour_change": (17, 26, 22),
    "sprint_90": (12, 12, 12),
    "monthly_dialogue": (26, 26, 26),
}
"""Per preset: shortest, longest and default length in weeks."""


def midpoint(weeks: int) -> int:
    """The mid-point week of a sprint: clamp(ceil(D/2), 4, 6) (domain.md section 1)."""
    return min(6, max(4, ceil(weeks / 2)))


def circles(weeks: int) -> tuple[int, ...]:
    """The weeks of the mentor-only circles: 3 and 7 of 8, else monthly, so 4, 8 and 12 of 12 (T13)."""
    return (3, 7) if weeks == 8 else tuple(range(4, weeks + 1, 4))


def preset(name: str, weeks: int | None = None) -> Preset:
    """The preset of that name at that length (its default where None); an illegal length is rejected."""
    if name not in LENGTHS:
        raise Rejected("R50", f"there is no preset {name!r}.", hint=f"Choose one of {', '.join(LENGTHS)}.")
    shortest, longest, default = LENGTHS[name]
    length = default if weeks is None else weeks
    if not shortest <= length <= longest:
        allowed = f"{shortest}" if shortest == longest else f"{shortest} to {longest}"
        raise Rejected(
            "R50", f"{name} lasts {allowed} weeks, not {length}.", hint="Change `weeks` or the preset."
        )
    if name == "skills_sprint":
        return _skills_sprint(length)
    if name == "behaviour_change":
        return _behaviour_change(length)
    if name == "sprint_90":
        return _sprint_90()
    return _monthly_dialogue()


def preset_policy(name: str, policy: Policy) -> Policy:
    """The policy with what the preset overrides: `sprint_90` ends its wave and memos by day 90 (T15, T16)."""
    if name != "sprint_90":
        return policy
    closing: ClosingPolicy = policy.closing.model_copy(update={"endpoint_grace": 4, "memo": 4, "memo_by": 90})
    # A copy, and `dict(policy)` too, would keep the version that was computed for other values.
    values = {field: getattr(policy, field) for field in Policy.model_fields}
    return Policy(**{**values, "closing": closing})


_BEGIN = (Evidence(kind="goal"), Evidence(kind="cadence"))
_FINISH = (Evidence(kind="outcome"), Evidence(kind="next_steps"), Evidence(kind="memo"))


def _skills_sprint(weeks: int) -> Preset:
    teach, hand_off = max(1, weeks // 4), max(1, weeks // 4)
    return Preset(
        name="skills_sprint",
        weeks=weeks,
        interval_weeks=1,
        session_minutes=60,
        pulse_weeks=(midpoint(weeks),),
        decision_week=midpoint(weeks),
        phases=(
            Phase(
                name="teach",
                first_week=1,
                last_week=teach,
                evidence=(*_BEGIN, Evidence(kind="tutorial", count=2)),
            ),
            Phase(
                name="do",
                first_week=teach + 1,
                last_week=weeks - hand_off,
                evidence=(Evidence(kind="draft", count=2),),
            ),
            Phase(
                name="hand off",
                first_week=weeks - hand_off + 1,
                last_week=weeks,
                evidence=(Evidence(kind="deliverable"), *_FINISH),
            ),
        ),
        circle_weeks=circles(weeks),
    )


def _behaviour_change(weeks: int) -> Preset:
    start, practise = weeks // 4, weeks - weeks // 4
    return Preset(
        name="behaviour_change",
        weeks=weeks,
        interval_weeks=2,
        session_minutes=60,
        pulse_weeks=tuple(week for week in (6, 12, 18, 24) if week <= weeks),
        decision_week=12,
        phases=(
            Phase(name="start", first_week=1, last_week=start, evidence=_BEGIN),
            Phase(
                name="practise",
                first_week=start + 1,
                last_week=practise,
                evidence=(Evidence(kind="insight", count=2),),
            ),
            Phase(
                name="embed",
                first_week=practise + 1,
                last_week=weeks,
                evidence=(Evidence(kind="decision"), *_FINISH),
            ),
        ),
        circle_weeks=circles(weeks),
    )


def _sprint_90() -> Preset:
    return Preset(
        name="sprint_90",
        weeks=12,
        interval_weeks=1,
        session_minutes=60,
        pulse_weeks=(midpoint(12),),
        decision_week=midpoint(12),
        phases=(
            Phase(
                name="kickoff",
                first_week=1,
                last_week=1,
                evidence=(*_BEGIN, Evidence(kind="channel_demo")),
            ),
            Phase(
                name="teach and do",
                first_week=2,
                last_week=4,
                evidence=(Evidence(kind="tutorial", count=3), Evidence(kind="draft", weekly=True)),
            ),
            Phase(
                name="iterate",
                first_week=5,
                last_week=8,
                evidence=(
                    Evidence(kind="experiment"),
                    Evidence(kind="targeting_change"),
                    Evidence(kind="insight"),
                ),
            ),
            Phase(
                name="scale and hand off",
                first_week=9,
                last_week=12,
                evidence=(Evidence(kind="brief"), *_FINISH),
            ),
        ),
        circle_weeks=circles(12),
    )


def _monthly_dialogue() -> Preset:
    return Preset(
        name="monthly_dialogue",
        weeks=26,
        interval_weeks=4,
        session_minutes=60,
        pulse_weeks=(13,),
        decision_week=13,
        phases=(
            Phase(
                name="dialogue",
                first_week=1,
                last_week=26,
                evidence=(*_BEGIN, Evidence(kind="insight", count=3), Evidence(kind="decision"), *_FINISH),
            ),
        ),
        circle_weeks=circles(26),
    )
