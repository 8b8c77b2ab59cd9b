"""Logging and moving a session (R45, T9)."""

from __future__ import annotations

from dataclasses import replace

from turnabout.commands.base import PARTNERS
from turnabout.commands.pair_sessions import LogSession, RescheduleSession
from workers.gateway.fields import Field, Form
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit
from workflows.rules.pair_state import PairState, Session, session_item


async def _session(_: Gateway, visit: Visit) -> View:
    one = _meant(visit)
    if one is None:
        return View(closed="There is no session to log.")
    log = Form(
        LogSession,
        (
            Field("held", "Did you meet?", "yes_no"),
            Field("deliverables", "What did you produce, one thing a line?", "lines", required=False),
            Field("note", "A note to yourself", "text", required=False, why="It stays with you alone."),
        ),
        title="How it went",
        fixed={"number": one.number},
    )
    move = Form(
        RescheduleSession,
        (Field("starts_at", f"The new day and time, in {visit.zone.key}", "datetime"),),
        title="Or move it",
        submit="Move the session",
        fixed={"number": one.number},
    )
    begun = one.starts_at <= visit.now
    shown = [log, move] if begun else [move]
    forms = tuple(replace(form, name=f"{form.id}-{one.number}-{one.revision}") for form in shown)
    return View(forms, context={"session": one})


def _meant(visit: Visit) -> Session | None:
    """The session that the link is about while it is not logged, else the earliest that is not."""
    open_ = on_plan(visit.pair)
    named = [one for one in open_ if visit.item == session_item(one.number)]
    return next(iter(named or open_), None)


def on_plan(pair: PairState) -> list[Session]:
    """The sessions that are not logged, as far as the partners know: what a check-in has called off stays
    until it is announced, or its page would tell of it (G6)."""
    known = (one for one in map(pair.as_told, pair.sessions.values()) if one.status == "planned")
    return sorted(known, key=lambda one: one.starts_at)


PAGES = (
    Page(
        name="session",
        title="Your session",
        of="pair",
        roles=PARTNERS,
        seen_by="You, your partner and the program lead; a note to yourself only you.",
        show=_session,
        template="session.html.j2",
        intro="Say in a minute whether you have met, or find a new time for your session.",
    ),
)
