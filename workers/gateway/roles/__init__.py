"""The pages of roles, which only somebody signed in opens, by name."""

from __future__ import annotations

from collections.abc import Mapping

from workers.gateway.visit import Page

ROLE_PAGES: Mapping[str, Page] = {}
