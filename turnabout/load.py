"""Loads a cohort's spec from a YAML or JSON file, its roster included, and reports all that is wrong at once.

Names and addresses of the roster stay beside the spec, as contacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from turnabout.checks import ROWS, Finding, check, field
from turnabout.contact import Contact
from turnabout.document import Document, read_document
from turnabout.errors import InvalidInput
from turnabout.faults import said
from turnabout.instrument_file import read_instrument
from turnabout.instruments import HOUSE, REGISTRY
from turnabout.model import Model
from turnabout.roster import Roster, read_roster
from turnabout.spec import CohortSpec

RULES = {
    "preset": "R50",
    "lead": "R27",
    "sponsor": "R26",
    "steward": "R73",
    "support_contacts": "R72",
    "kpis": "R32",
    "priority_metric": "R32",
    "instruments": "R55",
    "people": "R35",
    "people.level": "R9",
    "people.gaps": "R34",
    "people.timezone": "R108",
    "timezone": "R108",
}
"""The rule behind a field, for faults of mere form."""

MISSING = {
    "sponsor": "Name the executive sponsor with id, timezone and title (cpo, chro or business_head).",
    "sponsor.title": "The executive sponsor is cpo, chro or business_head.",
    "priority_metric": "Name one business or retention metric with name, unit, direction and source.",
    "kpis": "Name 3 or 4 KPIs, each with id (K1-K16), name and outcome.",
    "people": "List mentors and mentees, or name a CSV with file:.",
    "preset": "Choose skills_sprint, behaviour_change, sprint_90 or monthly_dialogue.",
    "lead": "Name the program lead with id and timezone.",
    "steward": "Name the safety steward with id and timezone.",
}

PAGE = "docs/cohort-file.md tells every field and column."
"""Where to read on."""

_DAY = "2001-01-01"
_STAFF = {"id": "x", "timezone": "UTC"}
_PLACEHOLDERS: dict[str, Any] = {
    "id": "x",
    "program": "x",
    "name": "x",
    "preset": "sprint_90",
    "timezone": "UTC",
    "starts_on": _DAY,
    "kickoff_on": _DAY,
    "lead": _STAFF,
    "sponsor": {**_STAFF, "title": "cpo"},
    "steward": _STAFF,
    "kpis": [],
    "priority_metric": {"name": "x", "unit": "x", "source": "x"},
    "people": [],
}
"""Stand-ins for broken fields, so that the checks which do not read them can still run."""


class LoadedSpec(Model):
    """A spec that may start, who its people are, and what the reader should know."""

    spec: CohortSpec
    contacts: tuple[Contact, ...] = ()
    notices: tuple[str, ...] = ()


def load_spec(path: str | Path) -> LoadedSpec:
    """Read a spec file (`.json`, else YAML). `people` is a list of people, or `{file, mapping}` with a CSV
    beside the spec, or a list in which both occur.

    Raises InvalidInput whose `problems` name file, line, field, rule and fix.
    """
    file = Path(path)
    document, notices = read_document(file)
    if not isinstance(document.value, dict):
        raise InvalidInput(f"{file} does not hold a cohort's spec.", hint=f"It starts with `id: ...`. {PAGE}")
    loading = _Loading(file, document)
    loading.expand_people()
    loading.expand_instruments()
    spec = loading.validate()
    if loading.problems or spec is None:
        found = "1 problem" if len(loading.problems) == 1 else f"{len(loading.problems)} problems"
        raise InvalidInput(f"{file} has {found}; nothing was started.", tuple(loading.problems), hint=PAGE)
    return LoadedSpec(
        spec=spec, contacts=tuple(loading.contacts), notices=(*notices, *loading.notices, *loading.warnings)
    )


class _Loading:
    """One file on its way to a spec: what was read, and what was found wrong so far."""

    def __init__(self, file: Path, document: Document) -> None:
        self.file = file
        self.document = document
        self.data: dict[str, Any] = dict(document.value)
        self.problems = [f"{self._line(path)}: {text}" for path, text in document.problems]
        self.notices: list[str] = []
        self.warnings: list[str] = []
        self.contacts: list[Contact] = []
        self.origins: list[tuple[str, tuple[str | int, ...]]] = []
        """Per person: the row of a CSV, or empty and the path in the document."""
        self.incomplete = False
        """Whether people are missing because their rows or files could not be read."""

    def expand_people(self) -> None:
        """Replace every `{file, mapping}` among the people by the people of that file."""
        written = self.data.get("people")
        if isinstance(written, dict):
            entries: list[tuple[tuple[str | int, ...], Any]] = [(("people",), written)]
        elif isinstance(written, list):
            entries = [(("people", index), entry) for index, entry in enumerate(written)]
        else:
            return
        people: list[Any] = []
        for path, entry in entries:
            if isinstance(entry, dict) and ("file" in entry or path == ("people",)):
                roster = self._roster(path, entry)
                people += [person.model_dump(mode="json") for person in roster.people]
                name = Path(str(entry.get("file"))).name
                self.origins += [(f"{name} row {row}", path) for row in roster.rows]
            else:
                people.append(entry)
                self.origins.append(("", path))
        self.data["people"] = people
        if not people and self.problems:
            # Nobody is left because the files are broken, which has been said.
            self.data["people"] = None

    def expand_instruments(self) -> None:
        """Replace the name of each instrument of the house, and each `{file: ...}`, by the instrument."""
        written = self.data.get("instruments")
        if not isinstance(written, list):
            return
        found = [self._instrument(("instruments", index), entry) for index, entry in enumerate(written)]
        # Where all are broken, a stand-in: that has been said.
        sound = [one for one in found if one is not None]
        self.data["instruments"] = sound if sound or not found else [HOUSE.model_dump(mode="json")]

    def _instrument(self, path: tuple[str | int, ...], entry: Any) -> Any:
        if isinstance(entry, str):
            if entry in REGISTRY:
                return REGISTRY[entry].model_dump(mode="json")
            place, known = self._written(path), ", ".join(REGISTRY)
            self.problems.append(
                f"{place}: there is no instrument {entry!r}. Choose {known}, or write {{file: ...}}."
            )
        elif isinstance(entry, dict) and set(entry) == {"file"}:
            try:
                loaded = read_instrument(self.file.parent / str(entry["file"]))
            except InvalidInput as error:
                self.problems += [
                    f"{self._written(path)}: {text}" for text in (error.problems or (str(error),))
                ]
            else:
                self.notices += loaded.notices
                return loaded.instrument.model_dump(mode="json")
        else:
            return entry
        return None

    def _roster(self, path: tuple[str | int, ...], entry: Mapping[str, Any]) -> Roster:
        strange = [name for name in entry if name not in {"file", "mapping"}]
        if strange or not isinstance(entry.get("file"), str):
            text = f"{', '.join(strange)} does not belong here." if strange else "file is missing."
            self.problems.append(
                f"{self._written(path)}: {text} Write {{file: people.csv, mapping: {{...}}}}."
            )
            return Roster()
        try:
            roster = read_roster(self.file.parent / entry["file"], entry.get("mapping"))
        except InvalidInput as error:
            self.incomplete = True
            place = self._written((*path, "file"))
            self.problems += [f"{place}: {text}" for text in (error.problems or (str(error),))]
            return Roster()
        self.problems += [f"{entry['file']} {row}" for row in roster.rejected]
        self.incomplete |= bool(roster.rejected)
        known = {contact.email: contact.id for contact in self.contacts if contact.email}
        for contact in roster.contacts:
            other = known.get(contact.email or "", contact.id)
            if other != contact.id:
                place = self._written((*path, "file"))
                text = f"[G12] {contact.id} has the same address as {other}. Keep one of the two."
                self.problems.append(f"{place}: {text}")
        self.notices += roster.notices
        self.contacts += roster.contacts
        return roster

    def validate(self) -> CohortSpec | None:
        """The spec, or None with the problems noted. Checks whose fields are sound run in any case."""
        broken: set[str] = set()
        try:
            spec = CohortSpec.model_validate(self.data)
        except ValidationError as error:
            faults: list[Any] = list(error.errors())
            broken = {str(fault["loc"][0]) for fault in faults if fault["type"] != "extra_forbidden"}
            for fault in faults:
                if not (
                    fault["loc"] == ("people",) and self.data.get("people", ...) is None and self.problems
                ):
                    self._problem(_form(fault))
            try:
                spec = CohortSpec.model_validate(_repaired(self.data, faults, broken))
            except ValidationError:
                return None
        checked = check(spec, frozenset({*broken, ROWS} if self.incomplete else broken))
        for finding in checked.problems:
            self._problem(finding)
        self.warnings += [f"{self._place(finding.path)}: {finding.text}" for finding in checked.warnings]
        return spec

    def _problem(self, finding: Finding) -> None:
        self.problems.append(f"{self._place(finding.path)}: {finding.text}")

    def _place(self, path: tuple[str | int, ...]) -> str:
        """Where a field of the spec stands: file, line and name, or the row of the roster's file."""
        if len(path) > 1 and path[0] == "people" and isinstance(path[1], int) and path[1] < len(self.origins):
            origin, at = self.origins[path[1]]
            rest = path[2:]
            if origin:
                return f"{origin}, {field(rest)}" if rest else origin
            return self._written((*at, *rest))
        return self._written(path)

    def _written(self, path: tuple[str | int, ...]) -> str:
        """Where something stands in the file itself, in which a roster's people are not yet filled in."""
        return f"{self._line(path)}: {field(path)}"

    def _line(self, path: tuple[str | int, ...]) -> str:
        line = self.document.line(path)
        return f"{self.file.name}:{line}" if line else self.file.name


def _form(fault: Mapping[str, Any]) -> Finding:
    """A fault of form in our words."""
    path = tuple(fault["loc"])
    name = ".".join(part for part in path if isinstance(part, str))
    rule = next(
        (RULES[key] for key in sorted(RULES, key=len, reverse=True) if f"{name}.".startswith(f"{key}.")), None
    )
    kind, given = fault["type"], fault["input"]
    if kind == "extra_forbidden":
        known = _siblings(path)
        near = get_close_matches(str(path[-1]), known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Fields here are {', '.join(known)}."
        return Finding(path, None, "There is no such field.", hint)
    if kind == "missing" or given is None:
        return Finding(path, rule, "It is missing.", MISSING.get(name, "Fill it in."))
    if kind == "literal_error":
        return Finding(path, rule, f"{given!r} is not possible.", f"Choose {fault['ctx']['expected']}.")
    message = said(fault)
    shown = f"{given!r}: " if isinstance(given, str | int | float) and len(str(given)) < 60 else ""
    return Finding(path, rule, f"{shown}{message}.", MISSING.get(name, ""))


def _siblings(path: tuple[str | int, ...]) -> list[str]:
    """The fields that exist where an unknown one stands."""
    model: type[BaseModel] = CohortSpec
    for part in path[:-1]:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            inner = getattr(annotation, "__args__", (annotation,))[0]
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                model = inner
    return list(model.model_fields)


def _repaired(data: Mapping[str, Any], faults: list[Any], broken: set[str]) -> dict[str, Any]:
    """The data with stand-ins for what is broken and without what does not belong there."""
    sound: dict[str, Any] = deepcopy(dict(data))
    for fault in faults:
        if fault["type"] == "extra_forbidden":
            inside: Any = sound
            for part in fault["loc"][:-1]:
                inside = inside[part]
            del inside[fault["loc"][-1]]
    for name in broken:
        sound.pop(name, None)
        if name in _PLACEHOLDERS:
            sound[name] = _PLACEHOLDERS[name]
    return sound
