"""What happens to the offices of a cohort, and what comes after it. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from events.chase import Chasing
from turnabout.model import Key, Line, PersonId
from turnabout.spec import Sponsor, Staff


class SponsorReplaced(Chasing):
    """Somebody else sponsors the program and gets what its sponsor is still to be told. `must_commit`: the
    kickoff waits for their own commitment."""

    type: Literal["cohort.sponsor_replaced"] = "cohort.sponsor_replaced"
    by: PersonId
    to: Sponsor
    must_commit: bool


class SponsorshipTakenOver(Chasing):
    """The new sponsor committed to the duties, as they stand (R28)."""

    type: Literal["cohort.sponsorship_taken_over"] = "cohort.sponsorship_taken_over"
    by: PersonId


class StewardReplaced(Chasing):
    """Somebody else is the safety steward. `reason`: why the lead is, where they are."""

    type: Literal["cohort.steward_replaced"] = "cohort.steward_replaced"
    by: PersonId
    to: Staff
    reason: Line | None = None


class NextCohortPlanned(Chasing):
    """The next cohort has an id and a day; an earlier plan is superseded (R98)."""

    type: Literal["cohort.next_planned"] = "cohort.next_planned"
    by: PersonId
    cohort: Key
    starts_on: date


CohortOfficesEvent = SponsorReplaced | SponsorshipTakenOver | StewardReplaced | NextCohortPlanned
