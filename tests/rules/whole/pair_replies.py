"""What people say to their pair: to each letter, and out of the blue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from tests.rules.whole.saying import SECRET, Reply, Saying, Talk, ask
from workflows.rules.pair_state import PairState

GOAL = "The mentee will publish {posts} platform-specific posts and gain {gain} followers in {weeks} weeks."


def prepare(talk: Talk) -> Iterator[Saying]:
    """Everything that is open of the preparation; sometimes one forgets a part."""
    state: PairState = talk.state
    ready, terms = state.preparation, state.agreed
    if not ready.exchange:
        yield ask("agree_exchange", teaches="Short video", gives="How budgets are decided")
    if ready.cadence is None:
        yield ask("agree_cadence", **_cadence(talk))
    doubted = ready.proposed is not None and not all(ready.proposed.attainable.values())
    if ready.accepted is None and (ready.proposed is None or doubted):
        yield ask("propose_goal", by=terms.mentee, **_goal(talk))
    if talk.chance(0.9):
        yield ask("sign_ground_rules")


def _cadence(talk: Talk) -> dict[str, Any]:
    minutes = talk.pick((45, 60, 60, 90))
    at, weekday = f"{talk.dice.randint(7, 18):02}:00", talk.dice.randrange(5)
    zone = talk.state.agreed.timezone
    return {"weekday": weekday, "at": at, "timezone": zone, "minutes": minutes, "channel": "video"}


def _goal(talk: Talk) -> dict[str, Any]:
    terms, gain = talk.state.agreed, talk.pick((100, 250, 400))
    text = GOAL.format(posts=talk.pick((3, 5)), gain=gain, weeks=terms.weeks)
    vague = talk.chance(0.1)
    return {
        "statement": "Get exposure to TikTok" if vague else text,
        "metric": terms.metric.name,
        "baseline": 1000,
        "target": 1000 + gain,
        "due_on": terms.ends_on,
    }


def rate(talk: Talk) -> Iterator[Saying]:
    yield ask("rate_goal", attainability=talk.pick((2, 3, 3, 3, 4, 4, 4, 4, 5, 5)))


def confirm(_: Talk) -> Iterator[Saying]:
    yield ask("confirm_goal")


def log(talk: Talk) -> Iterator[Saying]:
    """The sessions that nobody has logged."""
    for number, session in talk.state.sessions.items():
        if session.status == "planned" and session.ends_at <= talk.now:
            held = talk.chance(0.8)
            made = ["A draft"] if held and talk.chance(0.5) else []
            note = f"{SECRET} note" if talk.chance(0.3) else None
            yield ask("log_session", number=number, held=held, deliverables=made, note=note)


def move(talk: Talk) -> Iterator[Saying]:
    """One session goes elsewhere."""
    if talk.state.sessions:
        number = talk.pick(sorted(talk.state.sessions))
        day = talk.now + timedelta(days=talk.dice.randint(1, 20))
        at = day.replace(hour=talk.dice.randint(5, 18), minute=0, second=0, microsecond=0)
        yield ask("reschedule_session", number=number, starts_at=at.isoformat())


def move_all(talk: Talk) -> Iterator[Saying]:
    yield ask("move_sessions", **_cadence(talk))


def go_away(talk: Talk) -> Iterator[Saying]:
    """For some days, from some day on."""
    first = (talk.now + timedelta(days=talk.dice.randint(-2, 20))).date()
    last = first + timedelta(days=talk.dice.randint(0, 25))
    yield ask("note_absence", first_on=first.isoformat(), last_on=last.isoformat())


def sometimes_move(talk: Talk) -> Iterator[Saying]:
    if talk.chance(0.15):
        yield from talk.pick((move, move_all, go_away))(talk)


def answer_pulse(talk: Talk) -> Iterator[Saying]:
    yield ask(
        "answer_pulse",
        progress=talk.pick((1, 2, 3, 4, 5)),
        safety=talk.pick((1, 2, 3, *(4, 5) * 6)),
        recommend=talk.pick((True, False, None)),
        worked=f"{SECRET} worked",
        improve=f"{SECRET} improve",
    )


def check_milestone(talk: Talk) -> Iterator[Saying]:
    due = (talk.now + timedelta(days=talk.dice.randint(1, 20))).date().isoformat()
    action = {"what": "Agree on the review", "owner": talk.state.agreed.mentor, "due_on": due}
    yield ask("check_milestone", progress=3, roadblocks=["Legal"], wins=["One", "Two"], actions=[action])
    if talk.chance(0.5):
        yield ask("complete_action", number=talk.dice.randint(1, 3))


def decide(talk: Talk) -> Iterator[Saying]:
    proposed = talk.state.midpoint.proposed if talk.state.midpoint else "continue"
    decision = talk.pick((proposed, proposed, "continue", "reshuffle", "graduate"))
    yield ask("decide_midpoint", decision=decision, reason="As it shows.")


def agree(_: Talk) -> Iterator[Saying]:
    yield ask("consent_to_resume")


def see_them(talk: Talk) -> Iterator[Saying]:
    """The steward speaks with both and agrees that they go on, most of the time."""
    yield ask("record_steward_contact")
    if talk.chance(0.8):
        yield ask("consent_to_resume")


def end_for_safety(talk: Talk) -> Iterator[Saying]:
    if talk.chance(0.4):
        yield ask("end_pair", state="ended_for_safety", reason=f"{SECRET} reason")


def answer_endpoint(talk: Talk) -> Iterator[Saying]:
    yield ask("answer_endpoint", progress=4, safety=talk.pick((1, 2, 3, *(4, 5) * 6)), recommend=True)
    if talk.chance(0.7):
        yield ask("record_outcome", value=1200, attainment=talk.pick((-2, -1, 0, 1, 2)))


def write_memo(talk: Talk) -> Iterator[Saying]:
    due = (talk.now + timedelta(days=40)).date().isoformat()
    step = {"what": "Hand the brief on", "owner": talk.state.agreed.mentee, "due_on": due}
    yield ask("file_memo", summary="It worked.", lesson="Short drafts.", next_steps=[step])


def waive(talk: Talk) -> Iterator[Saying]:
    yield ask("waive_memo", by=talk.state.agreed.lead, reason="Nobody is left to write it.")


def worry(talk: Talk) -> Iterator[Saying]:
    yield ask("raise_concern", text=f"{SECRET} concern", about_safety=talk.chance(0.6))


def leave(talk: Talk) -> Iterator[Saying]:
    state, lead = talk.pick(("withdrawn", "ended_by_exit", "ended_by_choice")), talk.state.agreed.lead
    left = [talk.pick(talk.state.partners)] if state != "ended_by_choice" else []
    yield ask("end_pair", by=lead, state=state, reason="So it goes.", left=left)


def new_goal(talk: Talk) -> Iterator[Saying]:
    yield ask("propose_goal", **{**_goal(talk), "replaces_because": "The market moved."})


def make_something(_: Talk) -> Iterator[Saying]:
    yield ask("record_deliverable", what="A brief of one page")


REPLIES: Mapping[str, Reply] = {
    "prepare_pair": prepare,
    "preparation_reminder": prepare,
    "preparation_overdue": prepare,
    "goal_to_confirm": confirm,
    "session_reminder": sometimes_move,
    "session_log": log,
    "session_reschedule": move,
    "pulse_invitation": answer_pulse,
    "pulse_reminder": answer_pulse,
    "milestone_invitation": check_milestone,
    "milestone_reminder": check_milestone,
    "midpoint_decision": decide,
    "routine_check_in": agree,
    "steward_alert": see_them,
    "concern_received": see_them,
    "check_in_drawn": see_them,
    "offer_end": end_for_safety,
    "endpoint_invitation": answer_endpoint,
    "endpoint_reminder": answer_endpoint,
    "memo_due": write_memo,
    "memo_reminder": write_memo,
    "memo_overdue": waive,
}
"""What a letter of the pair moves its reader to say."""

IMPULSES: Mapping[str, tuple[Reply, ...]] = {
    "pair.goal_proposed": (rate, rate),
    "pair.paused": (move, log, go_away),
    "pair.pause_announced": (move, log, move_all, go_away),
    "pair.resumed": (log, move),
}
"""What partners say within days when they see that something happened, letter or not."""

WHIMS: tuple[Reply, ...] = (
    move_all,
    go_away,
    worry,
    worry,
    move,
    new_goal,
    make_something,
    prepare,
    log,
    answer_pulse,
    check_milestone,
    decide,
    agree,
    see_them,
    answer_endpoint,
    write_memo,
    waive,
    leave,
)
"""What somebody says out of the blue, whether it is time or not, and whether they may or not."""
