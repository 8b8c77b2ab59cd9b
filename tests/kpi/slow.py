"""K1 to K4 again, from the raw events by looping over them.

Slow, plain, and sharing nothing with the code under test but the meaning. Whether a number may be told is not
its business.
"""

from __future__ import annotations

import statistics as st
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from math import sqrt
from typing import cast
from zoneinfo import ZoneInfo

from events.contracts import StoredEvent
from projections.statistics.permutation import Cluster, permutation
from tests.kpi.formulas import (
    SP,
    Row,
    gap_of_shares,
    logrank,
    moments,
    product_limit,
    proportion,
    share,
    student,
    welch,
)

Log = Sequence[StoredEvent]
Line = tuple[str, str, str, Row]
GONE = {"voluntary_exit", "involuntary_exit", "transfer"}
BERLIN = ZoneInfo("Europe/Berlin")
POINTS, POINT_CLASSES = (-100, 100), (10, 15, 20, 25, 30, 40)
MEASURES = {"engagement": ("energy", "meaning", "voice"), "skill": ("skill",)}


def day(at: datetime) -> date:
    return at.astimezone(BERLIN).date()


def d(text: str) -> date:
    return date.fromisoformat(text)


class Slow:
    """The people of one cohort as of a time."""

    def __init__(self, log: Log, now: datetime) -> None:
        self.log, self.now, self.today = log, now, day(now)
        self.plan = self.of("cohort.planned")[0].data
        self.spec = self.plan["spec"]
        self.end = d(self.spec["kickoff_on"]) + timedelta(weeks=12)
        self.pairs = [
            (one.stream, one.data["terms"]["mentor"], one.data["terms"]["mentee"], one.data["terms"])
            for one in self.of("pair.formed")
        ]
        self.active = [one for one in self.pairs if self.of("pair.activated", stream=one[0])]
        self.t0: dict[str, date] = {}
        for stream, mentor, mentee, _ in self.active:
            began = day(self.of("pair.activated", stream=stream)[0].occurred_at)
            for who in (mentor, mentee):
                self.t0[who] = min(began, self.t0.get(who, began))
        frozen = self.of("cohort.control_group_frozen")
        self.controls = [who for who in (frozen[-1].data["people"] if frozen else ()) if who not in self.t0]
        self.refused = bool(self.of("cohort.comparison_refused"))
        self.through = {
            who
            for one in self.active
            if self.state(one[0]) in {None, "graduated", "graduated_early"}
            for who in one[1:3]
        }

    def of(self, *types: str, stream: str | None = None) -> list[StoredEvent]:
        return [one for one in self.log if one.type in types and stream in {None, one.stream}]

    def state(self, stream: str) -> str | None:
        ends = self.of("pair.ended", stream=stream)
        return cast("str", ends[-1].data["state"]) if ends else None

    # --- people ---

    def start(self, who: str) -> date:
        return self.t0.get(who, d(self.spec["kickoff_on"]))

    def told(self, who: str) -> list[tuple[int, str, int | None]]:
        told = self.of("cohort.employment_observed", "cohort.employment_corrected")
        wrong = {one.data.get("corrects") for one in told}
        seen = [
            one.data
            for one in told
            if one.data["person"] == who and one.version not in wrong and one.data["what"] is not None
        ]
        days = [((d(one["on"]) - self.start(who)).days, one["what"], one["level"]) for one in seen]
        return sorted((one for one in days if one[0] >= 0), key=lambda one: one[0])

    def watch(self, who: str) -> tuple[int, bool]:
        last = 0
        for when, what, _ in self.told(who):
            if what in GONE:
                return when, what == "voluntary_exit"
            last = when
        return last, False

    def known(self, who: str, until: int) -> bool:
        return any(when >= until or what in GONE for when, what, _ in self.told(who))

    def passed(self, people: Sequence[str], until: int) -> bool:
        return all(self.start(who) + timedelta(days=until) <= self.today for who in people)

    def unknown(self, people: Sequence[str], until: int) -> float:
        return share([not self.known(who, until) for who in people])

    def k1(self) -> Iterator[Line]:
        program = list(self.t0)
        active = [who for who in program if who in self.through]
        for until in (90, 180, 365):
            window = f"{until} days"
            for what, some in (
                ("share without a voluntary exit", program),
                ("share without a voluntary exit, active only", active),
            ):
                row: Row = {"value": None}
                if self.passed(program, until):
                    row["missing"] = self.unknown(some, until)
                    if row["missing"] <= 0.1:
                        ends = [self.watch(who) for who in some if self.known(who, until)]
                        row |= proportion(sum(not (gone and when <= until) for when, gone in ends), len(ends))
                yield "K1", what, window, row
            if not self.refused and self.controls:
                yield "K1", "share that stays, minus controls", window, self.gap(program, until)

    def gap(self, program: list[str], until: int) -> Row:
        both = [*program, *self.controls]
        if not self.passed(both, until):
            return {"value": None, "n": len(both)}
        arms = [list(map(self.watch, people)) for people in (program, self.controls)]
        row: Row = {"n": len(both), "value": None, "missing": self.unknown(both, until)}
        row["incomplete"] = any(self.unknown(people, until) > 0.1 for people in (program, self.controls))
        stays = [product_limit(arm, until) for arm in arms]
        if any(stay > 0 and max(when for when, _ in arm) < until for stay, arm in zip(stays, arms)):  # noqa: B905
            return row
        cut = [[(min(when, until), gone and when <= until) for when, gone in arm] for arm in arms]
        exits = sum(gone for arm in cut for _, gone in arm)
        row |= {"value": stays[0] - stays[1], "p": logrank(*cut) if exits else 1.0, "descriptive": exits < 10}
        return row

    def curves(self) -> Iterator[Line]:
        """By month, as far as everybody of the arm was watched long enough."""
        for name, people in (("program", list(self.t0)), ("controls", [] if self.refused else self.controls)):
            for until in (0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330, 365):
                if not people or any(self.start(who) + timedelta(days=until) > self.today for who in people):
                    continue
                arm = list(map(self.watch, people))
                there = sum(when >= until for when, _ in arm)
                row: Row = {"n": there, "value": product_limit(arm, until)}
                row["missing"] = share([not self.known(who, until) for who in people])
                yield "K1", f"still there, {name}", f"{until} days", row

    def k4(self) -> Iterator[Line]:
        levels = {one["id"]: one["level"] for one in self.spec["people"]}

        def counts(people: list[str]) -> tuple[int, int]:
            rose = [
                who
                for who in people
                if any(when <= 365 and what == "level_change" and (level or 0) > levels[who]
                       for when, what, level in self.told(who))
            ]  # fmt: skip
            return len(rose), len([who for who in people if who in rose or self.known(who, 365)])

        program = list(self.t0)
        active = [who for who in program if who in self.through]
        (a, n), (b, m), over = counts(program), counts(self.controls), self.passed(program, 365)
        for what, some in (("share that rose", program), ("share that rose, active only", active)):
            good, known = counts(some)
            missing = 1 - known / len(some) if some else 0.0
            told = {**proportion(good, known), "missing": missing} if over else {"value": None}
            yield "K4", what, "365 days", told
        row: Row = {"value": None}
        if n and m and over and self.passed(self.controls, 365):
            row = {"n": n + m, **gap_of_shares(a, n, b, m)}
            row["missing"] = 1 - (n + m) / (len(program) + len(self.controls))
            row["p"] = SP.fisher_exact([[a, n - a], [b, m - b]]).pvalue
        if not self.refused:
            yield "K4", "share that rose, minus controls", "365 days", row

    # --- surveys ---

    def score(self, who: str, wave: str, measure: str) -> float | None:
        given = [one for one in self.of("cohort.survey_answered")
                 if (one.data["wave"], one.data["respondent"]) == (wave, who)]  # fmt: skip
        if not given or given[-1].data["answers"] is None:
            return None
        on, items = day(given[-1].occurred_at), MEASURES[measure]
        if wave == "baseline" and (given[-1].data["late"] or on > self.start(who)):
            return None
        if wave == "endpoint" and abs((on - self.end).days) > 14:
            return None
        values = [given[-1].data["answers"].get(f"house.{item}") for item in items]
        values = [value for value in values if value is not None]
        if 2 * len(values) < len(items):
            return None
        return float((st.mean(values) - 1) * 25 if measure == "engagement" else st.mean(values))

    def changes(self, people: Collection[str], measure: str) -> dict[str, float]:
        both = {
            who: (self.score(who, "baseline", measure), self.score(who, "endpoint", measure))
            for who in people
        }
        return {who: end - base for who, (base, end) in both.items() if base is not None and end is not None}

    def k2(self) -> Iterator[Line]:
        window = "t0 to end, 14 days around it"
        arms = []
        active = [who for who in self.t0 if who in self.through]
        for what, some in (
            ("mean change", list(self.t0)),
            ("mean change, active only", active),
            ("", self.controls),
        ):
            found = self.changes(some, "engagement")
            together = self.together(found) if what else [[one] for one in found.values()]
            arms.append((list(found.values()), together, len(some)))
            if what and found:
                row = {
                    "n": len(found),
                    "value": st.mean(found.values()),
                    "missing": 1 - len(found) / len(some),
                }
                if len(found) >= 0.6 * len(some) and len(together) > 1:
                    row |= student(together, POINTS, POINT_CLASSES)
                yield "K2", what, window, row
        (one, pairs, whole), _, (other, single, others) = arms
        if len(one) > 1 and len(other) > 1 and not self.refused:
            row = {"n": len(one) + len(other), "value": st.mean(one) - st.mean(other)}
            row["missing"] = 1 - row["n"] / (whole + others)
            if len(one) >= 0.6 * whole and len(other) >= 0.6 * others and len(pairs) > 1:
                row |= welch(*(moments(some, POINTS, POINT_CLASSES) for some in (pairs, single)))
            row["p"] = self.chance()
            yield "K2", "mean change, minus controls", window, row
            df = len(one) + len(other) - 2
            squares = 0.0
            for some in (one, other):
                _, error, own = moments([[value] for value in some], POINTS, POINT_CLASSES)
                squares += own * len(some) * error**2
            if squares:
                g = (st.mean(one) - st.mean(other)) / sqrt(squares / df) * (1 - 3 / (4 * df - 1))
                yield "K2", "difference (g)", window, {"n": row["n"], "value": g}

    def together(self, values: dict[str, float]) -> list[list[float]]:
        """The values of people whom pairs connect, one list for each such group."""
        group = {who: number for number, who in enumerate(self.t0)}
        for _ in self.active:
            for _, mentor, mentee, _ in self.active:
                group[mentor] = group[mentee] = min(group[mentor], group[mentee])
        order = dict.fromkeys(group[who] for one in self.active for who in one[1:3])
        found = [[values[who] for who in sorted(values) if group[who] == name] for name in order]
        return [one for one in found if one]

    def chance(self) -> float:
        """Of the test that moves people together whom pairs connect; the test itself is tested elsewhere."""
        program, control = (self.changes(some, "engagement") for some in (list(self.t0), self.controls))
        clusters = [Cluster(tuple(values), True) for values in self.together(program)]
        clusters += [Cluster((value,), False) for value in control.values()]
        return permutation(clusters, self.spec["seed"]).p

    def k3(self) -> Iterator[Line]:
        window = "baseline to end + 14 days"
        targets = {one["id"]: one["gaps"][0]["target"] for one in self.spec["people"] if one["gaps"]}
        targets |= {
            one.data["person"]: one.data["gaps"][0]["target"] for one in self.of("cohort.intake_answered")
        }
        mentees = list(dict.fromkeys(one[2] for one in self.active))
        bases = {who: self.score(who, "baseline", "skill") for who in mentees}
        base = {who: value for who, value in bases.items() if value is not None}
        end = {who: self.score(who, "endpoint", "skill") for who in base}
        for what, some in (
            ("target reached", list(base)),
            ("target reached, active only", [who for who in base if who in self.through]),
        ):
            if some:
                good = sum((end[who] or 0) >= targets[who] for who in some)
                yield "K3", what, window, {
                    **proportion(good, len(some)), "missing": share([end[who] is None for who in some])
                }  # fmt: skip
        gains = [value - base[who] for who, value in end.items() if value is not None]
        if len(gains) > 1:
            missing = 1 - len(gains) / len(base)
            row = {"n": len(gains), "value": st.mean(gains), "missing": missing}
            yield (
                "K3",
                "mean gain",
                window,
                row | student([[one] for one in gains], (-4, 4), (1, 1.5, 2, 2.5)),
            )
            room = 5 - st.mean(base[who] for who, value in end.items() if value is not None)
            if room:
                ends = student([[one] for one in gains], (-4, 4), (1, 1.5, 2, 2.5))
                yield "K3", "normalised gain", window, {
                    "n": len(gains), "value": st.mean(gains) / room,
                    "low": max(ends["low"], room - 4) / room, "high": min(1.0, ends["high"] / room),
                }  # fmt: skip
