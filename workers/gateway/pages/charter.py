"""The charter, for everybody in the program to read once it is signed (R26)."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

from turnabout.commands.base import LEAD, PARTNERS, SPONSOR
from turnabout.model import Role
from workers.gateway.house import Gateway
from workers.gateway.visit import Page, View, Visit

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
"""What the sponsor signed may come from anywhere, so it leads nowhere and loads nothing."""


async def _read(gateway: Gateway, visit: Visit) -> View:
    text = None
    async for event in gateway.desk.events(visit.stream):
        if event.type == "cohort.charter_signed":
            text = str(event.data["text"])
    if text is None:
        return View(closed="The charter is not signed yet.")
    title, _, rest = text.partition("\n")
    words = rest if title.startswith("# ") else text
    return View(context={"text": Markup(_MARKDOWN.render(words))})  # noqa: S704 -- it lets no HTML through


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
