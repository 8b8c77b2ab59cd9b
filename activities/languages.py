"""Finds a template in a person's language, and writes days and times in it.

A language is a folder of `templates/`, named by its BCP 47 tag in lower case: its `language.toml` and the
messages and documents that it has. What it lacks comes in the wider language (`pt-br`, `pt`), then in
English, whole: text and dates of one message are of one language.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    meta,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context

FOLDER = Path(__file__).with_name("templates")
DEFAULT = "en"


class Language:
    """One language with its templates; where it has none, those of English stand in."""

    def __init__(self, folder: Path, tag: str) -> None:
        self.tag = tag
        self._own = folder / tag
        self.loader = FileSystemLoader([folder / tag, folder / DEFAULT, folder])
        self._told: dict[str, Any] = tomllib.loads((folder / tag / "language.toml").read_text("utf-8"))

    def has(self, file: str) -> bool:
        """Whether the language has this template of its own."""
        return (self._own / file).is_file()

    def day(self, day: date) -> str:
        """A day as people write it."""
        return str(self._told["day"]).format(
            weekday=self._told["weekdays"][day.weekday()],
            day=day.day,
            month=self._told["months"][day.month - 1],
            year=day.year,
        )

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """An instant as people write it, in their zone and with its name: nobody has to convert."""
        local = moment.astimezone(zone)
        return str(self._told["moment"]).format(date=self.day(local), time=f"{local:%H:%M}", zone=zone.key)

    def word(self, text: object) -> str:
        """A fixed value's word in this language; the text itself where it has none."""
        words: Mapping[str, str] = self._told["words"]
        return words.get(str(text), str(text))

    @cached_property
    def environment(self) -> Environment:
        """Where this language's templates come from. In plain text there is nothing to escape."""
        made = Environment(
            loader=self.loader,
            undefined=StrictUndefined,
            autoescape=select_autoescape(["html.j2"]),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.filters["when"] = self._when
        made.filters["word"] = self.word
        made.filters["listed"] = self._listed
        return made

    def _listed(self, values: object) -> str:
        """Words in a row: `a, b and c`."""
        given = (
            [self.word(one) for one in values] if isinstance(values, list | tuple) else [self.word(values)]
        )
        between = f" {self.word('and')} "
        return between.join([*([", ".join(given[:-1])] if given[1:] else []), *given[-1:]])

    @property
    def _when(self) -> Any:
        @pass_context
        def when(context: Context, value: object, prefix: str = "") -> str:
            """An ISO instant or date of `values` as text after `prefix`; nothing for a value not given."""
            if value is None:
                return ""
            try:
                moment = datetime.fromisoformat(str(value))
            except ValueError:
                return f"{prefix}{value}"
            told = self.day(moment) if moment.tzinfo is None else self.moment(moment, context["zone"])
            return prefix + told

        return when


@dataclass(frozen=True)
class Found:
    """A template in the language in which it was found."""

    file: str
    language: Language

    @property
    def template(self) -> Template:
        return self.language.environment.get_template(self.file)

    @property
    def digest(self) -> str:
        """Twelve hex digits over its source and that of all it is built on: another text, another digest."""
        environment, seen, open_ = self.language.environment, dict[str, str](), [self.file]
        while open_:
            name = open_.pop()
            if name not in seen:
                seen[name] = self.language.loader.get_source(environment, name)[0]
                used = meta.find_referenced_templates(environment.parse(seen[name]))
                open_ += [one for one in used if one]
        whole = "\0".join(f"{name}\0{seen[name]}" for name in sorted(seen))
        return hashlib.sha256(whole.encode()).hexdigest()[:12]


class Templates:
    """All templates in a folder, in every language that ships."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._languages = {
            path.parent.name: Language(folder, path.parent.name)
            for path in sorted(folder.glob("*/language.toml"))
        }

    @property
    def shipped(self) -> tuple[str, ...]:
        """The tags of all languages that ship."""
        return tuple(self._languages)

    def find(self, file: str, tag: str = DEFAULT) -> Found:
        """The template for somebody who reads this language. Raises TemplateNotFound."""
        if file.startswith("_"):
            return Found(file, self._languages.get(tag.lower(), self._languages[DEFAULT]))
        wanted = tag.lower()
        while wanted:
            language = self._languages.get(wanted)
            if language is not None and language.has(file):
                return Found(file, language)
            wanted = wanted.rpartition("-")[0]
        if not self._languages[DEFAULT].has(file):
            raise TemplateNotFound(file)
        return Found(file, self._languages[DEFAULT])


STANDARD = Templates()
"""What ships."""
