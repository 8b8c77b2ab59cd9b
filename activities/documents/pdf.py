"""Lays a document out on A4 paper. Pure; the same document gives the same bytes."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape

from markdown_it.tree import SyntaxTreeNode
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    HRFlowable,
    KeepInFrame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from activities.documents.page import BOX, LINE_TO_WRITE_ON, MARKDOWN, Document

INK, ACCENT, PALE, RULE = HexColor("#1f2933"), HexColor("#12456b"), HexColor("#eef3f7"), HexColor("#9aa5b1")
WIDTH, HEIGHT = A4
MARGIN, FOOT = 18 * mm, 16 * mm
INNER = WIDTH - 2 * MARGIN

_BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=10.8, leading=15, textColor=INK, spaceAfter=6)
_BULLET = ParagraphStyle("bullet", _BODY, leftIndent=13, bulletIndent=1, spaceAfter=3)
_BOXED = ParagraphStyle("boxed", _BULLET, leftIndent=17, bulletFontName="ZapfDingbats", bulletFontSize=9.5)
_TITLE = ParagraphStyle(
    "title",
    _BODY,
    fontName="Helvetica-Bold",
    fontSize=17,
    leading=21,
    textColor=HexColor("#ffffff"),
    backColor=ACCENT,
    borderPadding=8,
    leftIndent=9,
    rightIndent=9,
    spaceBefore=7,
    spaceAfter=15,
)
_SECTION = ParagraphStyle(
    "section",
    _BODY,
    fontName="Helvetica-Bold",
    fontSize=12.5,
    leading=16,
    textColor=ACCENT,
    spaceBefore=9,
    spaceAfter=4,
    keepWithNext=1,
)
_CELL = ParagraphStyle("cell", _BODY, spaceAfter=0)
_NUMBER = ParagraphStyle("number", _CELL, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", _CELL, fontSize=8.5, leading=11, textColor=HexColor("#52606d"))
_NUMBER_HEAD = ParagraphStyle("number head", _HEAD, alignment=TA_RIGHT)
_SQUARE = "\u2751"
_TICK = f'<font name="ZapfDingbats" size="9.5">{_SQUARE}</font>'
_PLAIN = dict(zip("ŁłĐđıĦħŦŧŊŋ", "LlDdiHhTtNn", strict=True))
_HELVETICA = "cp1252"
"""What the standard fonts of PDF can write."""


def paper(document: Document) -> bytes:
    """The PDF. Where the document has a fixed number of pages, what does not fit is made smaller."""
    pages: list[list[Flowable]] = [[]]
    for node in SyntaxTreeNode(MARKDOWN.parse(document.markdown)).children:
        if node.type == "hr":
            pages.append([])
        else:
            pages[-1] += _block(node)
    room = HEIGHT - MARGIN - FOOT - 12
    if document.pages is not None:
        pages = [[KeepInFrame(INNER, room, parts, mode="shrink", name="page")] for parts in pages]
    story = [part for page in pages for part in (*page, PageBreak())][:-1]
    file = io.BytesIO()
    frame = Frame(MARGIN, FOOT, INNER, HEIGHT - MARGIN - FOOT, 0, 6, 0, 6)

    def sign(canvas: Canvas, _: BaseDocTemplate) -> None:
        canvas.setFillColor(RULE)
        canvas.setFont("Helvetica", 7.5)
        canvas.drawString(MARGIN, FOOT - 14, _writable(document.footer))
        canvas.drawRightString(WIDTH - MARGIN, FOOT - 14, str(canvas.getPageNumber()))

    made = BaseDocTemplate(
        file,
        pagesize=A4,
        title=document.title,
        author="Turnabout",
        lang=document.language,
        invariant=1,
    )
    made.addPageTemplates([PageTemplate("page", [frame], onPage=sign)])
    made.build(story)
    return file.getvalue()


def _block(node: SyntaxTreeNode) -> Iterator[Flowable]:
    match node.type:
        case "heading":
            yield Paragraph(_inline(node), _TITLE if node.tag == "h1" else _SECTION)
        case "paragraph" if node.children[0].content == LINE_TO_WRITE_ON:
            yield Spacer(1, 17)
            yield HRFlowable(width="100%", thickness=0.6, color=RULE, spaceBefore=0, spaceAfter=3)
        case "paragraph":
            yield Paragraph(_inline(node), _BODY)
        case "bullet_list" | "ordered_list":
            for number, item in enumerate(node.children, 1):
                yield from _item(item, number if node.type == "ordered_list" else None)
        case "table":
            yield from _table(node)
        case _:
            for child in node.children:
                yield from _block(child)


def _item(node: SyntaxTreeNode, number: int | None) -> Iterator[Flowable]:
    text = "<br/>".join(_inline(child) for child in node.children)
    if text.startswith(_TICK):
        yield Paragraph(text.removeprefix(_TICK).strip(), _BOXED, bulletText=_SQUARE)
    else:
        yield Paragraph(text, _BULLET, bulletText="•" if number is None else f"{number}.")


def _table(node: SyntaxTreeNode) -> Iterator[Flowable]:
    """A table whose numbers stand on the right; its columns share the width by what they hold."""
    rows = [row for part in node.children for row in part.children]
    right = ["right" in str(cell.attrs.get("style", "")) for cell in rows[0].children]
    styles = [(_NUMBER_HEAD, _NUMBER) if number else (_HEAD, _CELL) for number in right]
    cells = [
        [
            Paragraph(_inline(cell), head if row is rows[0] else body)
            for cell, (head, body) in zip(row.children, styles, strict=True)
        ]
        for row in rows
    ]
    made = Table(cells, colWidths=_widths(rows, right), repeatRows=1, hAlign="LEFT")
    made.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("ROWBACKGROUNDS", (0, 1), (-1, -1), [PALE, HexColor("#ffffff")]),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        )
    )
    yield made
    yield Spacer(1, 6)


def _widths(rows: Sequence[SyntaxTreeNode], right: Sequence[bool]) -> list[float]:
    narrow = 15 * mm
    wide = [
        max(12.0, min(60.0, max(len(row.children[column].children[0].content) for row in rows)))
        for column in range(len(right))
    ]
    left = INNER - narrow * sum(right)
    share = sum(width for width, number in zip(wide, right, strict=True) if not number)
    return [narrow if number else left * width / share for width, number in zip(wide, right, strict=True)]


def _inline(node: SyntaxTreeNode) -> str:
    return "".join(_run(child) for child in node.children)


def _run(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text":
            return escape(_writable(node.content)).replace(BOX, _TICK)
        case "code_inline":
            return f'<font name="Courier">{escape(_writable(node.content))}</font>'
        case "strong":
            return f"<b>{_inline(node)}</b>"
        case "em":
            return f"<i>{_inline(node)}</i>"
        case "softbreak":
            return " "
        case "hardbreak":
            return "<br/>"
        case _:
            return _inline(node)


def _writable(text: str) -> str:
    """The text in letters that the font has: without an accent where need be, at worst a question mark. The
    HTML page has them all."""
    return "".join(map(_letter, text))


@cache
def _letter(letter: str) -> str:
    for one in (letter, _PLAIN.get(letter, ""), unicodedata.normalize("NFKD", letter)[:1]):
        if one and one.encode(_HELVETICA, "ignore"):
            return one
    return "?"
