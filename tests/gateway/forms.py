"""The forms of a page, read as a browser reads them."""

from __future__ import annotations

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append({})
        elif tag == "textarea" and self.found:
            self._text = told["name"]
            self.found[-1][self._text] = ""
        elif (
            tag == "input"
            and self.found
            and (told.get("type") not in {"radio", "checkbox"} or "checked" in told)
        ):
            self.found[-1][told["name"]] = told.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.found[-1][self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None


def forms_of(page: str) -> dict[str, dict[str, str]]:
    """What each form of a page sends as it stands, by the form's name."""
    parser = _Forms()
    parser.feed(page)
    return {one["form"]: one for one in parser.found if "form" in one}
