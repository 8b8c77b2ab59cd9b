"""Fills the pages' templates. What people wrote is always escaped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from activities.languages import DEFAULT, Language

FOLDER = Path(__file__).parent
_LANGUAGE = Language(FOLDER.parents[1] / "activities" / "templates", DEFAULT)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = _LANGUAGE.moment
    return made


_TEMPLATES = _environment()


def day(one: date) -> str:
    """A day as people write it."""
    return _LANGUAGE.day(one)


def number(value: float) -> str:
    """A number as it may be typed, too: in digits, without separators."""
    return f"{value:f}".rstrip("0").rstrip(".")


def page(
    template: str, context: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """A page. Raises jinja2.TemplateError for a template that is not there or lacks a value."""
    text = _TEMPLATES.get_template(template).render(
        {"title": "", "seen_by": "", "account": None, "live": False, **context}
    )
    return HTMLResponse(text, status_code=status, headers=dict(headers or {}))


def message(
    title: str,
    text: str,
    *,
    status: int = 200,
    hint: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HTMLResponse:
    """A page that only says something."""
    context = {"title": title, "text": text, "hint": hint, **more}
    return page("message.html.j2", context, status=status, headers=headers)


def failed() -> HTMLResponse:
    """What somebody sees whose request met a fault of ours. Whoever shows it has logged the fault."""
    text = "We were told. If you sent something, look whether it is saved before you send it again."
    return message("Something went wrong on our side", text, status=500)
