"""Choosing: a mentee ranks the shortlist, a mentor says yes or no (R36, R37)."""

from __future__ import annotations

from activities.scoring import wishes
from turnabout.commands.cohort_rounds import AcceptMatch, DeclineMatch, RankShortlist
from turnabout.model import Role
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit


async def _choose(gateway: Gateway, visit: Visit) -> View:
    one, mentee = visit.cohort.round_of(visit.person), visit.person
    if one is None or one.stage != "choosing" or mentee not in one.scores or mentee in one.reasons:
        return View(closed="There is no shortlist that waits for your choice.")
    mentors = tuple(one.scores[mentee])
    names = await gateway.names(mentors)
    reasons = await gateway.desk.shortlist(visit.stream, one.number, mentee)
    options = tuple(Option(mentor, names[mentor], reasons.get(mentor, ())) for mentor in mentors)
    asked = Field(
        "mentors",
        "In which order would you like to learn from them?",
        "rank",
        options=options,
        help="1 is your first choice. Leave out whom you do not want: nobody is told.",
    )
    if mentee not in one.rankings:
        return View((Form(RankShortlist, (asked,), submit="Send my order", name=f"rank-{one.number}"),))
    again = Form(
        RankShortlist,
        (asked,),
        title="Your order",
        intro=f"It counts as {'it stands here' if visit.account else 'you sent it'}. Until the matching you "
        "may send another one.",
        submit="Send my new order",
        name=f"rank-again-{one.number}",
        repeatable=True,
    )
    # A letter may have been passed on, and whom somebody would rather not have is nobody's business.
    given = {again.id: {"mentors": list(one.rankings[mentee])}} if visit.account else {}
    return View((again,), given=given)


async def _answer(gateway: Gateway, visit: Visit) -> View:
    state = visit.cohort
    pending = sorted(
        (mentee, one.number)
        for one in state.rounds.values()
        for mentor, mentee in one.pending
        if mentor == visit.person
    )
    if not pending:
        return View(closed="There is no proposal that waits for your answer.")
    names = await gateway.names([mentee for mentee, _ in pending])
    forms = []
    for mentee, number in pending:
        yes = Form(
            AcceptMatch,
            title=names[mentee],
            intro=f"{names[mentee]} would like to learn from you.",
            about=wishes(
                state.roster[visit.person], state.roster[mentee], state.policy, state.spec.kickoff_on
            ),
            submit="Accept",
            fixed={"mentee": mentee},
            name=f"accept-{number}-{mentee}",
        )
        no = Form(
            DeclineMatch,
            submit="Decline; nobody is told why",
            fixed={"mentee": mentee},
            name=f"decline-{number}-{mentee}",
        )
        forms += [yes, no]
    return View(tuple(forms))


PAGES = (
    Page(
        name="choose",
        title="Choose who you would like to learn from",
        of="cohort",
        roles=frozenset({Role.MENTEE}),
        seen_by="Neither the program lead nor a colleague sees your order. Whom you are proposed to "
        "learns that you chose them, what you would like to learn, and what you two have in common.",
        show=_choose,
        intro="Here are people who could teach you what you would like to learn. To put them in order takes "
        "three minutes.",
    ),
    Page(
        name="answer_match",
        title="Somebody would like to learn from you",
        of="cohort",
        roles=frozenset({Role.MENTOR}),
        seen_by="The program lead sees whether you accepted. Nobody is told why you declined.",
        show=_answer,
        intro="Say in a minute whether you would like to teach whom we propose to you. You may say no.",
    ),
)
