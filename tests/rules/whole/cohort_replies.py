"""What people say to their cohort: to each letter, and when nobody has said anything for long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from tests.rules.whole.saying import SECRET, Reply, Saying, Talk, ask
from turnabout.commands.cohort_enrolment import DeclineReason

REASONS = get_args(DeclineReason)


def sign(talk: Talk) -> Iterator[Saying]:
    sponsor = talk.state.sponsor.id
    yield ask("sign_charter", by=sponsor, text="We learn from each other.")
    yield ask("commit_sponsorship", by=sponsor)


def open_enrolment(talk: Talk) -> Iterator[Saying]:
    yield ask("open_enrolment", by=talk.state.lead.id)


def join(talk: Talk) -> Iterator[Saying]:
    if talk.chance(0.85):
        yield ask("opt_in")
        if talk.chance(0.5):
            yield from answer_intake(talk)
    else:
        yield ask("decline", reason=talk.pick(REASONS))
        if talk.chance(0.3):
            yield ask("opt_in")


def answer_intake(talk: Talk) -> Iterator[Saying]:
    yield ask("answer_intake", hope=f"{SECRET} hope", confidence=talk.pick((1, 5, None)), interests=["chess"])


def correct(talk: Talk) -> Iterator[Saying]:
    """Somebody was at the kickoff, or was not; a duty was fulfilled in time, late, or not at all."""
    lead, attended = talk.state.lead.id, talk.chance(0.5)
    why = "The list was wrong."
    yield ask("correct_attendance", by=lead, person=talk.who, attended=attended, reason=why)
    was = talk.pick(("on_time", "late", "not_fulfilled"))
    yield ask("correct_duty", by=lead, duty=talk.pick(("kickoff", "checkpoint")), was=was, reason=why)


def withdraw(talk: Talk) -> Iterator[Saying]:
    yield ask("withdraw", reason=talk.pick(REASONS))


def leave_company(talk: Talk) -> Iterator[Saying]:
    yield ask("record_exit", by=talk.state.lead.id, person=talk.who)


def change_manager(talk: Talk) -> Iterator[Saying]:
    others = [who for who in talk.state.roster if who != talk.who]
    managers = talk.dice.sample(others, 2)
    yield ask("change_reporting_line", by=talk.state.lead.id, person=talk.who, reports_to=managers)


def rank(talk: Talk) -> Iterator[Saying]:
    """Some or all of one's shortlist, in any order."""
    one = talk.state.round_of(talk.who)
    known = sorted(one.scores.get(talk.who, ())) if one else []
    if known:
        yield ask("rank_shortlist", mentors=talk.dice.sample(known, talk.dice.randint(1, len(known))))


def consent(talk: Talk) -> Iterator[Saying]:
    for one in talk.state.rounds.values():
        for mentor, mentee in sorted(one.pending):
            if mentor == talk.who:
                yield ask("accept_match" if talk.chance(0.8) else "decline_match", mentee=mentee)


def assign(talk: Talk) -> Iterator[Saying]:
    """The lead puts two people together who have no partner."""
    state = talk.state
    free = [who for who in state.of_role("mentee") if who not in state.engaged]
    if free and state.of_role("mentor"):
        mentor, mentee = talk.pick(state.of_role("mentor")), talk.pick(free)
        yield ask("assign_pair", by=state.lead.id, mentor=mentor, mentee=mentee, reason="They both asked.")


def make_do(talk: Talk) -> Iterator[Saying]:
    """Too few pairs: more of them, fewer are enough, or nothing comes of it."""
    yield from assign(talk)
    options = [
        ask("reopen_enrolment", by=talk.state.lead.id),
        ask("proceed_small", by=talk.state.lead.id, reason="Few are enough."),
        ask("proceed_small", by=talk.state.lead.id, reason="Few are enough."),
    ]
    yield talk.pick(options)


def hold_kickoff(talk: Talk) -> Iterator[Saying]:
    state = talk.state
    there = [who for who in sorted(state.engaged) if talk.chance(0.85)]
    yield ask(
        "hold_kickoff",
        by=state.lead.id,
        attended=there,
        sponsor_present=talk.chance(0.9),
        agenda_minutes=talk.pick(((90,), (30, 30, 30), (30, 30))),
    )


def make_up(talk: Talk) -> Iterator[Saying]:
    yield ask("record_make_up", by=talk.state.lead.id, person=talk.who)


def fulfil(talk: Talk) -> Iterator[Saying]:
    duty = str(talk.values["item"]).removeprefix("duty-").split("-")[0].split(":")[0]
    if duty in {"checkpoint", "recognition"}:
        yield ask("fulfil_duty", duty=duty)


def answer_survey(talk: Talk) -> Iterator[Saying]:
    """Some or all of the questions, of the wave that is open or of the other."""
    names = ("energy", "meaning", "voice", "staying", "skill")
    answers = {f"house.{name}": talk.dice.randint(1, 5) for name in names if talk.chance(0.9)}
    baseline = talk.state.measurement.baseline is not None
    wave = "baseline" if baseline == talk.chance(0.95) else "endpoint"
    yield ask("answer_survey", wave=wave, form="house@1", answers=answers or {"house.energy": 3})


def freeze(talk: Talk) -> Iterator[Saying]:
    yield ask("freeze_controls", by=talk.state.lead.id)


def observe(talk: Talk) -> Iterator[Saying]:
    """HR knows something of somebody, and the metric has a value."""
    person, day = talk.pick(list(talk.state.roster)), talk.now.date().isoformat()
    what = talk.pick(("employed", "voluntary_exit", "transfer"))
    row = {"person": person, "on": day, "what": what, "source": "HR"}
    yield ask("record_employment", by=talk.state.lead.id, rows=[row])
    for number in list(talk.state.measurement.employment)[-1:]:
        yield ask("correct_employment", by=talk.state.lead.id, replaces=number, what=what, reason="-")
    yield ask("record_metric", by=talk.state.lead.id, on=day, value=3.5, source="analytics")


def write_memo(talk: Talk) -> Iterator[Saying]:
    step = {"what": "Plan the next cohort", "owner": talk.state.lead.id, "due_on": "2029-01-01"}
    yield ask("file_cohort_memo", by=talk.state.lead.id, summary="It went well.", next_steps=[step])


def close(talk: Talk) -> Iterator[Saying]:
    yield ask("close_cohort", by=talk.state.lead.id)


def hand_over(talk: Talk) -> Iterator[Saying]:
    yield ask("hand_over_lead", by=talk.state.lead.id, to=_somebody(talk, "lou", "lea"))


def replace_sponsor(talk: Talk) -> Iterator[Saying]:
    to = {**_somebody(talk, "sam", "sponsor"), "title": "chro"}
    yield ask("replace_sponsor", by=talk.state.lead.id, to=to)


def replace_steward(talk: Talk) -> Iterator[Saying]:
    yield ask("replace_steward", by=talk.state.lead.id, to=_somebody(talk, "stu", "steward"))


def _somebody(talk: Talk, *names: str) -> dict[str, str]:
    return {"id": talk.pick(names), "timezone": talk.pick(("Asia/Tokyo", "Europe/Berlin"))}


def plan_next(talk: Talk) -> Iterator[Saying]:
    yield ask("plan_next_cohort", by=talk.state.lead.id, cohort="q9", starts_on="2029-01-08")


def close_enrolment(talk: Talk) -> Iterator[Saying]:
    yield ask("close_enrolment", by=talk.state.lead.id)


def cancel(talk: Talk) -> Iterator[Saying]:
    yield ask("cancel_cohort", by=talk.state.lead.id, reason="Budget.")


REPLIES: Mapping[str, Reply] = {
    "charter_due": sign,
    "charter_overdue": sign,
    "enrolment_to_open": open_enrolment,
    "enrolment_not_opened": open_enrolment,
    "enrolment_invitation": join,
    "enrolment_reminder": join,
    "shortlist_ready": rank,
    "shortlist_reminder": rank,
    "match_proposed": consent,
    "match_reminder": consent,
    "assisted_choice": assign,
    "too_few_pairs": make_do,
    "kickoff_to_record": hold_kickoff,
    "launch_overdue": hold_kickoff,
    "control_group_due": freeze,
    "baseline_invitation": answer_survey,
    "baseline_reminder": answer_survey,
    "survey_invitation": answer_survey,
    "survey_reminder": answer_survey,
    "make_up_due": make_up,
    "make_up_overdue": make_up,
    "duty_due": fulfil,
    "duty_overdue": fulfil,
    "cohort_memo_due": write_memo,
    "cohort_memo_overdue": write_memo,
    "next_cohort_due": plan_next,
    "next_cohort_late": plan_next,
    "sponsor_appointed": sign,
    "cohort_to_close": close,
    "cohort_not_closed": close,
}
"""What a letter of the cohort moves its reader to say."""

IMPULSES: Mapping[str, tuple[Reply, ...]] = {
    "cohort.closing_began": (close, write_memo),
    "cohort.memo_filed": (close, close),
    "cohort.charter_signed": (hold_kickoff,),
    "cohort.pair_arranged": (assign,),
}
"""What the lead says within days when something happened, letter or not."""

WHIMS: tuple[Reply, ...] = (
    join,
    rank,
    consent,
    assign,
    make_do,
    hold_kickoff,
    make_up,
    answer_intake,
    withdraw,
    correct,
    leave_company,
    change_manager,
    answer_survey,
    freeze,
    observe,
    hand_over,
    replace_sponsor,
    replace_steward,
    close_enrolment,
    write_memo,
    close,
    open_enrolment,
)
"""What somebody says out of the blue, whether it is time or not."""

ONWARD: Mapping[str, tuple[Reply, ...]] = {
    "planned": (sign,),
    "chartered": (open_enrolment,),
    "matching": (make_do,),
    "ready": (hold_kickoff,),
    "closing": (write_memo, close),
}
"""By phase what leads on when everybody has given up waiting."""
