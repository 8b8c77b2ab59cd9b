"""Every command of cohorts and pairs under one roof: `from turnabout.commands import SignCharter`. Pure."""

from turnabout.commands.cohort_care import RaiseCohortConcern, RecordCohortContact
from turnabout.commands.cohort_changes import ChangeReportingLine, RecordExit
from turnabout.commands.cohort_circles import RecordCircle
from turnabout.commands.cohort_closing import CancelCohort, CloseCohort, FileCohortMemo
from turnabout.commands.cohort_corrections import CorrectAttendance, CorrectDuty, CorrectEmployment
from turnabout.commands.cohort_enrolment import (
    CloseEnrolment,
    Decline,
    OpenEnrolment,
    OptIn,
    ProceedSmall,
    ReopenEnrolment,
)
from turnabout.commands.cohort_governance import (
    CommitSponsorship,
    FulfilDuty,
    HandOverLead,
    PlanCohort,
    SignCharter,
)
from turnabout.commands.cohort_holidays import RecordHolidays, RefreshHolidays
from turnabout.commands.cohort_kpis import PublishKpis
from turnabout.commands.cohort_measurement import (
    AnswerSurvey,
    FreezeControls,
    NoteFirstSession,
    RecordEmployment,
    RecordMetric,
)
from turnabout.commands.cohort_offices import PlanNextCohort, ReplaceSponsor, ReplaceSteward
from turnabout.commands.cohort_people import AnswerIntake, Withdraw
from turnabout.commands.cohort_rounds import (
    AcceptMatch,
    AssignPair,
    DeclineMatch,
    RankShortlist,
    RecordMatch,
    RecordShortlists,
)
from turnabout.commands.cohort_running import (
    HoldKickoff,
    NoteMemoFiled,
    NotePairActivated,
    NotePairEnded,
    NotePairPaused,
    NotePairResumed,
    RecordMakeUp,
)
from turnabout.commands.pair_calendar import MoveSessions, NoteAbsence, NoteDaysOff
from turnabout.commands.pair_care import (
    ChangeSteward,
    ConsentToResume,
    DrawLot,
    RaiseConcern,
    RecordStewardContact,
)
from turnabout.commands.pair_career import StateCareerOutcome
from turnabout.commands.pair_closing import AnswerEndpoint, EndPair, FileMemo, RecordOutcome, WaiveMemo
from turnabout.commands.pair_corrections import (
    CorrectDeliverable,
    CorrectOutcome,
    CorrectSession,
    WithdrawAttendance,
)
from turnabout.commands.pair_practice import (
    ChangeDecision,
    GiveFeedback,
    ImplementDecision,
    MeasureDecision,
    RecordExperiment,
    RecordInsight,
)
from turnabout.commands.pair_preparation import (
    AgreeCadence,
    AgreeExchange,
    ChangeLead,
    ConfirmGoal,
    FormPair,
    NoteKickoffAttended,
    ProposeGoal,
    RateGoal,
    SignGroundRules,
)
from turnabout.commands.pair_pulse import AnswerPulse, CheckMilestone, DecideMidpoint
from turnabout.commands.pair_reshuffle import AnswerReshuffle, ExtendPair, ProposeReshuffle
from turnabout.commands.pair_sessions import CompleteAction, LogSession, RecordDeliverable, RescheduleSession

__all__ = [
    "AcceptMatch",
    "AgreeCadence",
    "AgreeExchange",
    "AnswerEndpoint",
    "AnswerIntake",
    "AnswerPulse",
    "AnswerReshuffle",
    "AnswerSurvey",
    "AssignPair",
    "CancelCohort",
    "ChangeDecision",
    "ChangeLead",
    "ChangeReportingLine",
    "ChangeSteward",
    "CheckMilestone",
    "CloseCohort",
    "CloseEnrolment",
    "CommitSponsorship",
    "CompleteAction",
    "ConfirmGoal",
    "ConsentToResume",
    "CorrectAttendance",
    "CorrectDeliverable",
    "CorrectDuty",
    "CorrectEmployment",
    "CorrectOutcome",
    "CorrectSession",
    "DecideMidpoint",
    "Decline",
    "DeclineMatch",
    "DrawLot",
    "EndPair",
    "ExtendPair",
    "FileCohortMemo",
    "FileMemo",
    "FormPair",
    "FreezeControls",
    "FulfilDuty",
    "GiveFeedback",
    "HandOverLead",
    "HoldKickoff",
    "ImplementDecision",
    "LogSession",
    "MeasureDecision",
    "MoveSessions",
    "NoteAbsence",
    "NoteDaysOff",
    "NoteFirstSession",
    "NoteKickoffAttended",
    "NoteMemoFiled",
    "NotePairActivated",
    "NotePairEnded",
    "NotePairPaused",
    "NotePairResumed",
    "OpenEnrolment",
    "OptIn",
    "PlanCohort",
    "PlanNextCohort",
    "ProceedSmall",
    "ProposeGoal",
    "ProposeReshuffle",
    "PublishKpis",
    "RaiseCohortConcern",
    "RaiseConcern",
    "RankShortlist",
    "RateGoal",
    "RecordCircle",
    "RecordCohortContact",
    "RecordDeliverable",
    "RecordEmployment",
    "RecordExit",
    "RecordExperiment",
    "RecordHolidays",
    "RecordInsight",
    "RecordMakeUp",
    "RecordMatch",
    "RecordMetric",
    "RecordOutcome",
    "RecordShortlists",
    "RecordStewardContact",
    "RefreshHolidays",
    "ReopenEnrolment",
    "ReplaceSponsor",
    "ReplaceSteward",
    "RescheduleSession",
    "SignCharter",
    "SignGroundRules",
    "StateCareerOutcome",
    "WaiveMemo",
    "Withdraw",
    "WithdrawAttendance",
]
