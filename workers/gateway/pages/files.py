"""Files to keep: the sessions for one's calendar (R67), the certificate of who graduated (R92)."""

from __future__ import annotations

import asyncio

from turnabout.commands.base import PARTNERS
from turnabout.errors import Rejected
from workers import calendars, certificates
from workers.gateway.house import Gateway
from workers.gateway.visit import File, Page, View, Visit
from workflows.rules.cohort_state import CohortState


async def _calendar(gateway: Gateway, visit: Visit) -> View:
    facts = [one async for one in gateway.desk.facts(visit.stream)]
    try:
        content = calendars.of_facts(facts)
    except Rejected:
        return View(closed="No session is planned yet; they are planned when your pair is ready.")
    return View(file=File("sessions.ics", "text/calendar", content.encode()))


async def _certificate(gateway: Gateway, visit: Visit) -> View:
    cohort = await gateway.desk.look(f"cohort-{visit.pair.agreed.cohort}")
    name = cohort.spec.name if isinstance(cohort, CohortState) else visit.pair.agreed.cohort
    try:
        made = certificates.of_state(visit.pair, visit.person, cohort_name=name, contact=visit.contact)
    except Rejected:
        return View(closed="There is a certificate for each partner of a pair that has graduated.")
    return View(file=File("certificate.pdf", "application/pdf", await asyncio.to_thread(lambda: made.pdf)))


PAGES = (
    Page(
        name="calendar",
        title="Your sessions as a calendar file",
        of="pair",
        roles=PARTNERS,
        seen_by="You. It names nobody, and says nothing of what you talk about.",
        show=_calendar,
        intro="A file for your calendar with all your sessions.",
    ),
    Page(
        name="certificate",
        title="Your certificate",
        of="pair",
        roles=PARTNERS,
        seen_by="You, and whom you show it to.",
        show=_certificate,
        intro="A page on paper that says that you took part.",
    ),
)
