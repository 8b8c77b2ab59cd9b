"""How a person fills in a form: by what its labels say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Locator

from workers.gateway.fields import Field, Form


async def fill(form: Form, shown: Locator, values: Mapping[str, Any], zone: ZoneInfo) -> None:
    """Type and choose the values of a form's fields, by their labels."""
    for field in form.fields:
        await _answer(field, shown, values.get(field.name), zone)


async def _answer(field: Field, around: Locator, value: Any, zone: ZoneInfo) -> None:
    if value is None:
        return
    match field.kind:
        case "rating":
            await _group(field, around).get_by_label(re.compile(rf"^\s*{value}\b")).check()
        case "yes_no":
            await _group(field, around).get_by_label("Yes" if value else "No", exact=True).check()
        case "choice" if len(field.options) > 7:
            await _box(field, around).select_option(str(value))
        case "choice":
            label = next(one.label for one in field.options if one.value == str(value))
            await _group(field, around).get_by_label(re.compile(rf"^\s*{re.escape(label)}")).first.check()
        case "several":
            names = {one.value: one.label for one in field.options}
            for one in value:
                await _group(field, around).get_by_label(names[one], exact=True).check()
        case "rank":
            names = {one.value: one.label for one in field.options}
            for place, one in enumerate(value, 1):
                await _group(field, around).get_by_label(names[one], exact=True).select_option(str(place))
        case "group":
            for column in field.columns:
                await _answer(column, _group(field, around), value.get(column.name), zone)
        case "rows":
            rows = _group(field, around).locator(".row")
            for number, row in enumerate(value):
                for column in field.columns:
                    await _answer(column, rows.nth(number), row.get(column.name), zone)
        case "lines":
            await _box(field, around).fill("\n".join(map(str, value)))
        case "datetime":
            await _box(field, around).fill(f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%dT%H:%M}")
        case "time":
            await _box(field, around).fill(str(value)[:5])
        case _:
            await _box(field, around).fill(str(value))


def _group(field: Field, around: Locator) -> Locator:
    return around.get_by_role("group", name=_label(field)).first


def _box(field: Field, around: Locator) -> Locator:
    return around.get_by_label(_label(field)).first


def _label(field: Field) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(field.label)}")
