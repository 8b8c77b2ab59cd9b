"""Reads an instrument that an organisation has the right to use from a YAML or JSON file."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from turnabout.document import read_document
from turnabout.errors import InvalidInput
from turnabout.faults import place, said
from turnabout.instruments import Instrument
from turnabout.model import Model

EXAMPLE = "It has id, version, name, licence, source and items, each with id, text, measure and action."


class LoadedInstrument(Model):
    """An instrument, and what the reader should know about its file."""

    instrument: Instrument
    notices: tuple[str, ...] = ()


def read_instrument(path: str | Path) -> LoadedInstrument:
    """Read a file that ends in `.json` as JSON and any other as YAML.

    Raises InvalidInput whose `problems` name file, line, field and fault.
    """
    file = Path(path)
    document, notices = read_document(file)
    problems = [f"{file.name}: {text}" for _, text in document.problems]
    try:
        instrument = Instrument.model_validate(document.value)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        inside = {fault["loc"][:-1][:depth] for fault in faults for depth in range(len(fault["loc"]))}
        for fault in faults:
            if fault["type"] == "too_short" and fault["loc"] in inside:
                continue  # pydantic counts sound entries alone
            line = document.line(fault["loc"])
            where = f"{file.name}:{line}" if line else file.name
            name = place(fault["loc"])
            problems.append(f"{where}: {name + ': ' if name else ''}{said(fault)}.")
    if problems:
        raise InvalidInput(f"{file} does not hold an instrument.", tuple(problems), hint=EXAMPLE)
    return LoadedInstrument(instrument=instrument, notices=notices)
