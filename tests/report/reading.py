"""What a report's file holds, read as a browser would: tables, pictures, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br"}


@dataclass
class Element:
    """An element with all the text in it."""

    tag: str
    at: dict[str, str]
    inner: list[Element] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).replace("\N{NO-BREAK SPACE}", " ").split())

    def all(self, tag: str, **at: str) -> Iterator[Element]:
        """The elements in it of a tag whose attributes hold these words (`look` for class)."""
        for one in self.inner:
            wanted = {"class" if name == "look" else name: word for name, word in at.items()}
            if one.tag == tag and all(word in one.at.get(name, "").split() for name, word in wanted.items()):
                yield one
            yield from one.all(tag, **at)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("page", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inner.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for one in self.open:
            one.words.append(data)


def read(page: str) -> Element:
    """The page; every element is closed where it should be."""
    reader = _Reader()
    reader.feed(page)
    assert len(reader.open) == 1
    return reader.open[0]


def numbers(text: str) -> list[float]:
    """The numbers of a path, or of a sentence."""
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text)]
