"""Somebody who reads every figure of a cohort's publications, knows who answered what and when, and reckons.

They know the rules of the KPIs too, and whose target is which. They do not know anybody's answer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from projections.kpi.facts import Facts
from projections.kpi.watched import arms_of
from projections.kpi.waves import baselines, changes, endpoints
from tests.kpi.puzzle import Puzzle
from turnabout.instruments import ENGAGEMENT, SKILL
from turnabout.kpi import Figure

Lines = dict[tuple[str, str, str], Figure]
SAFE, LEAST_PAIRS, K = 4, 3, 5


class Attacker:
    """`puzzles` by KPI, and by wave where there are several."""

    def __init__(self) -> None:
        self.puzzles: dict[str, Puzzle] = {}
        self.read = 0
        """How many figures told something."""

    def reads(self, found: Facts, figures: Iterable[Figure]) -> None:
        """One publication, of a cohort as it then was. What stands as of earlier was read already."""
        lines = {
            one.key: one
            for one in figures
            if one.value is not None and "stands as of earlier" not in one.flags
        }
        self._engagement(found, lines)
        self._skill(found, lines)
        self._goals(found, lines)
        for wave in sorted({wave for wave, _ in found.closed}):
            self._progress(found, lines, wave)
            self._safety(found, lines, wave)
        self._recommend(found, lines)

    def wins(self, kpi: str = "") -> list[str]:
        """Whose answers, or the sums of how few, are no secret any more; of all KPIs or of one."""
        return [
            f"{name}: {one}"
            for name, puzzle in self.puzzles.items()
            if name.startswith(kpi)
            for one in (*puzzle.given_away(), *puzzle.told_of_few(LEAST_PAIRS if name == "K6" else K))
        ]

    def _puzzle(self, name: str) -> Puzzle:
        return self.puzzles.setdefault(name, Puzzle())

    def _line(self, lines: Lines, kpi: str, what: str) -> Figure | None:
        found = next((one for key, one in lines.items() if key[:2] == (kpi, what)), None)
        self.read += found is not None
        return found

    def _count(self, puzzle: Puzzle, flags: Collection[str], line: Figure | None) -> None:
        """A share told exactly or as a bound."""
        if line is None or line.numerator is None or not flags:
            return
        low = line.numerator if "at most" not in line.flags else 0
        high = line.numerator if "at least" not in line.flags else len(flags)
        puzzle.told_sum(dict.fromkeys(flags, 1.0), low, high)

    def _mean(self, puzzle: Puzzle, names: Collection[str], line: Figure | None, digits: int) -> None:
        if line is None or line.value is None:
            return
        assert line.n == len(names)
        reach = 0.5 * 10**-digits * line.n
        low = line.value * line.n - reach if "at most" not in line.flags else -1e6
        high = line.value * line.n + reach if "at least" not in line.flags else 1e6
        puzzle.told_sum(dict.fromkeys(names, 1.0), low, high)

    # --- K2: points of change ---

    def _engagement(self, found: Facts, lines: Lines) -> None:
        puzzle, arms = self._puzzle("K2"), arms_of(found.watched())
        program, control = (sorted(changes(found, arm, ENGAGEMENT)) for arm in arms)
        active = [who for who in program if who in found.went_through()]
        for who in (*program, *control):
            puzzle.unknown(who, -100, 100, whole=False)
        self._mean(puzzle, program, self._line(lines, "K2", "mean change"), 1)
        self._mean(puzzle, active, self._line(lines, "K2", "mean change, active only"), 1)
        gap = self._line(lines, "K2", "mean change, minus controls")
        if gap is not None and gap.value is not None:
            weights = dict.fromkeys(program, 1 / len(program)) | dict.fromkeys(control, -1 / len(control))
            puzzle.told_sum(weights, gap.value - 0.05, gap.value + 0.05)

    # --- K3: levels of a skill, and whether a target was reached ---

    def _skill(self, found: Facts, lines: Lines) -> None:
        puzzle = self._puzzle("K3")
        mentees = {pair.mentee for pair in found.worked()}
        people = [
            one
            for one in found.watched()
            if one.arm == "program" and one.person in mentees and one.person in found.targets
        ]
        base = baselines(found, people, SKILL)
        answered = sorted(who for who in endpoints(found, people, SKILL) if who in base)
        for who in answered:
            if f"{who} end" in puzzle.ends:
                continue
            begins, ends = puzzle.unknown(f"{who} base", 1, 5), puzzle.unknown(f"{who} end", 1, 5)
            flag, more = puzzle.unknown(f"{who} reached", 0, 1), puzzle.unknown(f"{who} gain", -4, 4)
            target = puzzle.traits[who] = found.targets[who]
            puzzle.rule({ends: 1, flag: 1 - target}, 1, 5)
            puzzle.rule({ends: 1, flag: target - 6}, -9, target - 1)
            puzzle.rule({ends: 1, begins: -1, more: -1}, 0, 0)
        flags = [f"{who} reached" for who in answered]
        there = found.went_through()
        self._count(puzzle, flags, self._line(lines, "K3", "target reached"))
        active = [f"{who} reached" for who in answered if who in there]
        self._count(puzzle, active, self._line(lines, "K3", "target reached, active only"))
        gain = self._line(lines, "K3", "mean gain")
        self._mean(puzzle, [f"{who} gain" for who in answered], gain, 2)
        part = self._line(lines, "K3", "normalised gain")
        if gain is not None and gain.value and part is not None and part.value:
            n = len(answered)
            # The mean gain over what there was to gain: so that is known, and with it the baseline.
            rooms = [round(gain.value * n) / n / (part.value + off) for off in (-0.005, 0.005)]
            low, high = sorted(n * (5 - room) for room in rooms)
            puzzle.told_sum({f"{who} base": 1 for who in answered}, low, high)

    # --- K6: levels of goals ---

    def _goals(self, found: Facts, lines: Lines) -> None:
        puzzle = self._puzzle("K6")
        rated = [pair for pair in found.worked() if pair.goal and pair.attainment is not None]
        # A level that was corrected is another one, and which were corrected is known.
        name = {pair.pair: f"{pair.pair}@{pair.attainment}" for pair in rated}
        for one in name.values():
            if f"{one} level" not in puzzle.ends:
                level, flag = puzzle.unknown(f"{one} level", -2, 2), puzzle.unknown(f"{one} attained", 0, 1)
                puzzle.rule({level: 1, flag: -2}, -2, 5)
                puzzle.rule({level: 1, flag: -3}, -5, -1)
        for what, some in (("", rated), (", active only", [pair for pair in rated if pair.went_through])):
            flags = [f"{name[pair.pair]} attained" for pair in some]
            self._count(puzzle, flags, self._line(lines, "K6", f"goals attained{what}"))
        mean = self._line(lines, "K6", "mean T of goals")
        if mean is not None and mean.value is not None:
            total = (mean.value - 50) / 10 * len(rated)
            puzzle.told_sum({f"{one} level": 1 for one in name.values()}, total - 1e-4, total + 1e-4)

    # --- K7, K8, K9: ratings of a wave ---

    def _said(self, found: Facts, wave: str) -> list[tuple[str, str]]:
        """Who rated which pair, of those for which the wave is closed and the answer can be read."""
        worked = {pair.pair for pair in found.worked()}
        return sorted(
            (pair, who)
            for (pair, who), said in found.ratings.get(wave, {}).items()
            if pair in worked and (wave, pair) in found.closed and said.progress is not None
        )

    def _progress(self, found: Facts, lines: Lines, wave: str) -> None:
        puzzle = self._puzzle(f"K7 {wave}")
        people = sorted({who for _, who in self._said(found, wave)})
        for who in people:
            puzzle.unknown(who, 1, 5)
        mentors = {pair.mentor for pair in found.worked()}
        groups = {
            "all": people,
            "mentors": [who for who in people if who in mentors],
            "mentees": [who for who in people if who not in mentors],
        }
        of_wave = {key: one for key, one in lines.items() if key[2] == wave}
        for name, some in groups.items():
            self._mean(puzzle, some, self._line(of_wave, "K7", f"progress, {name}"), 2)
        gap = self._line(of_wave, "K7", "progress, mentors minus mentees")
        if gap is not None and gap.value is not None:
            one, other = groups["mentors"], groups["mentees"]
            weights = dict.fromkeys(one, 1 / len(one)) | dict.fromkeys(other, -1 / len(other))
            puzzle.told_sum(weights, gap.value - 0.005, gap.value + 0.005)

    def _safety(self, found: Facts, lines: Lines, wave: str) -> None:
        puzzle = self._puzzle(f"K8 {wave}")
        raters: dict[str, list[str]] = {}
        unreadable = {pair for (pair, _), said in found.ratings.get(wave, {}).items() if said.safety is None}
        for pair, who in self._said(found, wave):
            if pair not in unreadable:
                raters.setdefault(pair, []).append(who)
        flags = []
        for pair, people in raters.items():
            safe = [f"{pair} {'mentor' if found.pairs[pair].mentor == who else 'mentee'}" for who in people]
            flag = " and ".join(safe)
            flags.append(flag)
            for name, whose in zip(safe, people, strict=True):
                if name not in puzzle.ends:
                    puzzle.unknown(name, 0, 1)
                    puzzle.whose[name] = frozenset({whose})
            if flag not in puzzle.ends:
                puzzle.unknown(flag, 0, 1)
                puzzle.whose[flag] = frozenset(people)
                puzzle.rule(dict.fromkeys(safe, -1.0) | {flag: 1}, 1 - len(safe), 1)
                for name in safe:
                    puzzle.rule({flag: 1, name: -1}, -1, 0)
        of_wave = {key: one for key, one in lines.items() if key[2] == wave}
        self._count(puzzle, flags, self._line(of_wave, "K8", "safe pairs"))

    def _recommend(self, found: Facts, lines: Lines) -> None:
        puzzle = self._puzzle("K9")
        votes = found.ratings.get("end", {})
        people = {who for pair, who in self._said(found, "end") if votes[pair, who].recommend is not None}
        for who in people:
            puzzle.unknown(who, 0, 1)
        self._count(puzzle, sorted(people), self._line(lines, "K9", "would recommend it"))
