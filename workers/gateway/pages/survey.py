"""The baseline and the endpoint of the cohort: the questions of its instruments (R55, R57-R59)."""

from __future__ import annotations

from turnabout.commands.base import PARTNERS
from turnabout.commands.cohort_measurement import AnswerSurvey, SurveyWave
from turnabout.instruments import Instrument, Item, form_of
from workers.gateway.fields import Field, Form, Option
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

WAVES: tuple[SurveyWave, ...] = ("baseline", "endpoint")


async def _survey(_: Gateway, visit: Visit) -> View:
    state = visit.cohort
    for wave in WAVES:
        survey = state.measurement.surveys.get(wave)
        if survey is None or survey.closed or visit.person not in survey.people:
            continue
        if visit.person in survey.answered:
            continue
        instruments = state.spec.instruments
        columns = tuple(_asked(one, item) for one in instruments for item in one.items)
        answers = Field("answers", "Your answers", "group", columns=columns)
        fixed = {"wave": wave, "form": form_of(instruments)}
        return View((Form(AnswerSurvey, (answers,), submit="Send my answers", fixed=fixed, name=wave),))
    return View(closed="There is no survey that waits for your answers. Thank you!")


def _asked(instrument: Instrument, item: Item) -> Field:
    low, high = instrument.range_of(item)
    labels = {0: "No", 1: "Yes"} if item.yes_no else {}
    options = tuple(Option(str(n), labels.get(n, str(n))) for n in range(low, high + 1))
    return Field(
        instrument.name_of(item),
        item.text,
        "choice",
        options=options,
        required=False,
        why=item.action,
        help="" if item.yes_no else f"{low} is the least, {high} the most.",
    )


PAGES = (
    Page(
        name="survey",
        title="A few questions",
        of="cohort",
        roles=PARTNERS,
        seen_by="No person but you reads your answers. Means are shown from five people on.",
        show=_survey,
        private="survey",
        intro="A few questions in three minutes; each says what the answer is for, and you may leave any "
        "out.",
    ),
)
