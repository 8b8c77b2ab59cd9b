"""What was sent, asked, published and told, and how far sessions are kept, counted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from events.contracts import StoredEvent
from tests.projections.recount import SILENT, Log, Row, cohort_of, last, of, sessions, spec_of, streams, week
from tests.projections.recount_cards import sessions_view


def reminder_log(log: Log) -> list[Row]:
    outcomes = {"reminded": "reminded", "reminder_suppressed": "suppressed", "escalated": "escalated"}
    rows = []
    for event in log:
        outcome = outcomes.get(event.type.partition(".")[2])
        if outcome is None:
            continue
        chase, openers = _chase(log, event)
        step = chase["steps"][event.data["step"]]
        if step["template"] == "concern_received" or openers & {
            "cohort.concern_raised",
            "pair.concern_raised",
            "pair.safety_assessed",
        }:
            continue
        due_at = event.data.get("due_at", step["at"])
        recipients = event.data.get("to", step["to"])
        rows.append(
            {
                "position": event.position,
                "cohort": cohort_of(event.stream),
                "pair": event.stream.removeprefix("pair-") if event.stream.startswith("pair") else None,
                "stream": event.stream,
                **{name: event.data[name] for name in ("item", "kind", "revision", "step")},
                "outcome": outcome,
                "template": event.data.get("template", step["template"]),
                "recipients": recipients,
                "recipient_count": len(recipients),
                "due_at": due_at,
                "issued_at": event.occurred_at.isoformat(),
                "delay_seconds": (event.occurred_at - datetime.fromisoformat(due_at)).total_seconds(),
                "reason": event.data.get("reason"),
            }
        )
    return rows


_LEAVING = (
    "cohort.pair_end_noted",
    "cohort.person_declined",
    "cohort.person_withdrew",
    "cohort.person_exited",
)


def kpi_figures(log: Log) -> list[Row]:
    rows: list[Row] = []
    for one in log:
        if one.type != "cohort.kpis_published":
            continue
        told, cohort = one.data["publication"], cohort_of(one.stream)
        newest = of(log, one.stream, "cohort.kpis_published")[-1]
        for place, line in enumerate(told["figures"], 1):
            row = {name: value for name, value in line.items() if name not in {"window", "parts"}}
            row |= {"cohort": cohort, "program": spec_of(log, cohort)["program"], "period": line["window"]}
            row |= {"number": one.data["number"], "as_of": told["as_of"], "place": place}
            rows.append(row | {"latest": newest.position == one.position})
    return sorted(rows, key=lambda row: (row["cohort"], row["number"], row["place"]))


def survey_status(log: Log) -> list[Row]:
    rows = []
    for event in log:
        if event.type not in {"cohort.survey_opened", "cohort.survey_extended"}:
            continue
        wave, stream = event.data["wave"], event.stream
        frozen = of(log, stream, "cohort.control_group_frozen")
        for person in event.data["people"]:
            answer = last(
                [
                    one
                    for one in of(log, stream, "cohort.survey_answered")
                    if (one.data["wave"], one.data["respondent"]) == (wave, person)
                ]
            )
            flagged = wave == "baseline" and any(
                person in one.data["people"] for one in of(log, stream, "cohort.baseline_flagged_late")
            )
            left = [
                one
                for one in of(log, stream, *_LEAVING)
                if person in one.data.get("left", [one.data.get("person")]) and one.position > event.position
            ]
            gone = any(answer is None or one.position < answer.position for one in left)
            rows.append(
                {
                    "cohort": cohort_of(stream),
                    "wave": wave,
                    "person": person,
                    "control": any(
                        person in one.data["people"] for one in frozen if one.position < event.position
                    ),
                    "asked_at": event.data.get("asks_at", event.occurred_at.isoformat()),
                    "answered_at": answer.occurred_at.isoformat() if answer else None,
                    "late": answer.data["late"] if answer else flagged,
                    "gone": gone,
                    "status": "answered" if answer else "gone" if gone else "silent",
                }
            )
    return sorted(rows, key=lambda row: (row["cohort"], row["wave"], row["person"]))


def _chase(log: Log, nudge: StoredEvent) -> tuple[Row, set[str]]:
    """The item as it was opened for this nudge, and the types of all events that ever opened it before."""
    found = [
        (chase, event.type)
        for event in of(log, nudge.stream)
        for chase in event.data.get("opens", ())
        if chase["item"] == nudge.data["item"] and event.position < nudge.position
    ]
    chase = next(chase for chase, _ in found if chase["revision"] == nudge.data["revision"])
    return chase, {opener for _, opener in found}


def adherence(log: Log, cohort: str, as_of: datetime) -> Row:
    """K10 and what surrounds it, as of an instant."""
    now = week(log, cohort, as_of)
    due = [
        row
        for row in sessions_view(log)
        if row["cohort"] == cohort
        and row["state"] != "cancelled"
        and datetime.fromisoformat(row["starts_at"]) <= as_of
    ]
    pairs = [pair for pair in streams(log, "pair") if cohort_of(pair) == cohort]
    paused = {pair.removeprefix("pair-"): _paused_weeks(log, pair, now) for pair in pairs}
    with_sessions = [pair.removeprefix("pair-") for pair in pairs if sessions(log, pair)]
    weeks = sorted({row["week"] for row in due}.union(*paused.values()))
    return {
        "cohort": cohort,
        "as_of": as_of.isoformat(),
        **_attendance(due, as_of),
        "pairs": [
            {
                "pair": pair,
                "paused_weeks": len(paused[pair]),
                **_attendance([row for row in due if row["pair"] == pair], as_of),
            }
            for pair in with_sessions
        ],
        "weeks": [
            {
                "week": number,
                "paused_pairs": sum(number in weeks for weeks in paused.values()),
                **_attendance([row for row in due if row["week"] == number], as_of),
            }
            for number in weeks
        ],
        "milestones": _milestones(log, pairs),
    }


def _attendance(due: Sequence[Row], as_of: datetime) -> Row:
    held = len([row for row in due if row["state"] == "held"])
    lapsed = [row for row in due if datetime.fromisoformat(row["lapses_at"]) <= as_of]
    missed = len([row for row in due if row["state"] == "missed"])
    missed += len([row for row in lapsed if row["state"] == "planned"])
    return {
        "planned": len(due),
        "held": held,
        "missed": missed,
        "awaiting": len(due) - held - missed,
        "adherence": held / (held + missed) if held + missed else None,
    }


def _paused_weeks(log: Log, pair: str, now: int) -> set[int]:
    found: set[int] = set()
    for pause in of(log, pair, "pair.pause_announced"):
        ends = [
            event for event in of(log, pair, "pair.resumed", "pair.ended") if event.position > pause.position
        ]
        cohort = cohort_of(pair)
        until = week(log, cohort, ends[0].occurred_at) if ends else now
        found |= set(range(week(log, cohort, pause.occurred_at), until + 1))
    return found


def _milestones(log: Log, pairs: Sequence[str]) -> Row:
    checks = [of(log, pair, "pair.milestone_checked")[:1] for pair in pairs]
    told = sorted((check[0] for check in checks if check), key=lambda event: event.position)
    told = told[: len(told) - len(told) % 5]
    progress = [event.data["progress"] for event in told]
    return {
        "k": 5,
        "n": len(told),
        "suppressed": not told,
        "progress": sum(progress) / len(progress) if told else None,
    }


def timeline(log: Log) -> list[Row]:
    """Everything but the words."""
    return [
        {
            "position": event.position,
            "cohort": cohort_of(event.stream),
            "stream": event.stream,
            "occurred_at": event.occurred_at.isoformat(),
            "week": week(log, cohort_of(event.stream), event.occurred_at),
            "phase": _phase(week(log, cohort_of(event.stream), event.occurred_at)),
            "type": event.type,
        }
        for event in log
        if event.type not in SILENT
    ]


def _phase(number: int) -> str:
    ends = ((0, "before kickoff"), (1, "kickoff"), (4, "teach and do"), (8, "iterate"))
    for end, name in (*ends, (12, "scale and hand off")):
        if number <= end:
            return name
    return "after the program"
