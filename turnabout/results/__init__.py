"""What reads answer: one frozen model for each read model. Pure.

Instants are in UTC. Who may see which is in each docstring; sponsors never see pair-level data (R110).
"""

from turnabout.results.adherence import (
    Adherence,
    Attendance,
    MilestoneProgress,
    PairAttendance,
    WeekAttendance,
)
from turnabout.results.base import PROJECTIONS, At, ProjectionName, Result
from turnabout.results.cohort import (
    ChecklistItem,
    CohortBoard,
    EmploymentLine,
    SponsorDuty,
    SurveyLine,
    TimelineLine,
)
from turnabout.results.kpis import KpiReport
from turnabout.results.letters import MessageLine, NotificationLine, NotificationState, ReminderLine
from turnabout.results.log import LoggedEvent, ProjectionStatus, StreamStatus
from turnabout.results.matching import MatchingReport, MatchSolve, OpenAnswer, Waiting
from turnabout.results.pair import PairCard, Session
from turnabout.results.work import DeliverableLine, ExperimentLine, InsightLine, PairWork, PhaseLine

__all__ = [
    "PROJECTIONS",
    "Adherence",
    "At",
    "Attendance",
    "ChecklistItem",
    "CohortBoard",
    "DeliverableLine",
    "EmploymentLine",
    "ExperimentLine",
    "InsightLine",
    "KpiReport",
    "LoggedEvent",
    "MatchSolve",
    "MatchingReport",
    "MessageLine",
    "MilestoneProgress",
    "NotificationLine",
    "NotificationState",
    "OpenAnswer",
    "PairAttendance",
    "PairCard",
    "PairWork",
    "PhaseLine",
    "ProjectionName",
    "ProjectionStatus",
    "ReminderLine",
    "Result",
    "Session",
    "SponsorDuty",
    "StreamStatus",
    "SurveyLine",
    "TimelineLine",
    "Waiting",
    "WeekAttendance",
]
