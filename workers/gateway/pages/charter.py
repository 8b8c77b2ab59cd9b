"""The charter, for everybody in the program to read once it is signed (R26)."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markupsafe import Markup

from turnabout.commands.base import LEAD, PARTNERS, SPONSOR
from turnabout.model import Role
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
"""What the sponsor signed may come from anywhere, so it leads nowhere and loads nothing."""


_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")
_ID = re.compile(r"`([A-Za-z0-9][A-Za-z0-9._-]*)`")


async def people_in(gateway: Gateway, text: str) -> dict[str, str]:
    """Who stands in a charter, by the ids that it holds in place of their names; whom the directory does not
    know is left out."""
    called = await gateway.names(list(dict.fromkeys(_ID.findall(text))))
    return {one: name for one, name in called.items() if name != one}


def _plain(name: str) -> str:
    """A name that Markdown shows as it is."""
    return _SIGNS.sub(r"\\\1", name)


async def _read(gateway: Gateway, visit: Visit) -> View:
    text = None
    async for event in gateway.desk.events(visit.stream):
        if event.type == "cohort.charter_signed":
            text = str(event.data["text"])
    if text is None:
        return View(closed="The charter is not signed yet.")
    title, _, rest = text.partition("\n")
    words = rest if title.startswith("# ") else text
    called = await people_in(gateway, words)
    named = _ID.sub(lambda found: _plain(called[found[1]]) if found[1] in called else found[0], words)
    return View(context={"text": Markup(_MARKDOWN.render(named))})  # noqa: S704 -- it lets no HTML through


PAGES = (
    Page(
        name="read_charter",
        title="The charter",
        of="cohort",
        roles=PARTNERS | SPONSOR | LEAD | {Role.STEWARD, Role.BUSINESS_SPONSOR},
        seen_by="Everybody in the program.",
        show=_read,
        template="charter.html.j2",
        intro="This is what the cohort is for and what its sponsor promises; it takes five minutes to read.",
    ),
)
