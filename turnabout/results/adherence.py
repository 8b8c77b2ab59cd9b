"""Whether pairs meet as planned (K10). Pure."""

from __future__ import annotations

from pydantic import computed_field

from turnabout.results.base import At, Result


class Attendance(Result):
    """Sessions due so far, those called off left out. `awaiting` were not logged yet and may still be; what
    nobody logs within the policy's days is missed."""

    planned: int
    held: int
    missed: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def awaiting(self) -> int:
        return self.planned - self.held - self.missed

    @computed_field  # type: ignore[prop-decorator]
    @property
    def adherence(self) -> float | None:
        """K10: held / planned to date, without those that still await their log; None before the first."""
        known = self.held + self.missed
        return self.held / known if known else None


class PairAttendance(Attendance):
    """A pair's sessions so far, and in how many weeks it was paused at some time."""

    pair: str
    paused_weeks: int


class WeekAttendance(Attendance):
    """A cohort's sessions of one week (1 is the kickoff's), and how many pairs were paused in it."""

    week: int
    paused_pairs: int


class MilestoneProgress(Result):
    """Mean progress (1-5) of a cohort's milestone checks, for sponsors too. `n` moves in steps of `k`, the
    policy's threshold; below it the mean is suppressed, which is not zero."""

    k: int
    n: int
    suppressed: bool
    progress: float | None


class Adherence(Attendance):
    """How far a cohort's pairs keep their sessions (K10), as of an instant: in total, by pair and by week.
    For the lead; only `milestones` is for sponsors."""

    cohort: str
    as_of: At
    pairs: tuple[PairAttendance, ...]
    weeks: tuple[WeekAttendance, ...]
    milestones: MilestoneProgress
