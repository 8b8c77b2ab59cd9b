"""Writes the table of settings into docs/configuration.md: `python -m workers.configuration`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from turnabout.settings import PREFIX, Settings
from workers.settings import EngineSettings

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
BEGIN, END = "<!-- settings: begin -->", "<!-- settings: end -->"


def table() -> str:
    """Every setting as a row of Markdown: variable, default, who reads it, meaning."""
    rows = ["| Variable | Default | For | Meaning |", "|---|---|---|---|"]
    for name, field in EngineSettings.model_fields.items():
        reader = "client, engine" if name in Settings.model_fields else "engine"
        secret = " **Secret.**" if _is_secret(field) else ""
        rows.append(
            f"| `{PREFIX}{name.upper()}` | {_default(field)} | {reader} | {field.description}{secret} |"
        )
    return "\n".join(rows)


def with_table(page: str) -> str:
    """The page with the table of today between its two marks."""
    marks = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    return marks.sub(lambda _: f"{BEGIN}\n{table()}\n{END}", page, count=1)


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation)


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if value is None or isinstance(value, SecretStr):
        return "unset"
    if isinstance(value, tuple):
        value = ",".join(value)
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
