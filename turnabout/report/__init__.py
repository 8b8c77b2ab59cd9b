"""One page of a cohort's or a program's published KPIs, for the screen, the phone and paper (R84, G19)."""

from turnabout.report.page import cohort_report, program_report

__all__ = ["cohort_report", "program_report"]
