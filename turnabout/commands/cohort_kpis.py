"""The command by which the engine publishes a cohort's KPIs (G19). Pure."""

from __future__ import annotations

from typing import ClassVar, Literal

from turnabout.commands.base import ENGINE, Command
from turnabout.kpi import Publication


class PublishKpis(Command):
    """Publish figures that were computed where the persons' keys are, for the lead who asked."""

    type: Literal["publish_kpis"] = "publish_kpis"
    roles: ClassVar = ENGINE
    publication: Publication


CohortKpisCommand = PublishKpis
