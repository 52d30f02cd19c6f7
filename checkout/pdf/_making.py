"""The document: pages of a sheet, or one page as long as the receipt. The same receipt gives the same bytes."""

from io import BytesIO
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from checkout.pdf._fonts import TEXT, fonts_ready
from checkout.pdf._sheets import SHEETS, Sheet
from checkout.pdf._story import SOFT, Story
from checkout.presenting import ShownReceipt


def receipt_bytes(receipt: ShownReceipt, url: str, sheet: str = "a4") -> bytes:
    """The document on a sheet of SHEETS; `url` is behind its QR. Raises KeyError for a sheet that there is not."""
    fonts_ready()
    paper = SHEETS[sheet]
    story = Story(receipt, url, paper)
    height = paper.height or _length(story.parts(), paper)
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=(paper.width, height),
        title=f"{receipt.words['title']} {receipt.number}",
        author=receipt.retailer,
        lang=receipt.language,
        invariant=1,
    )
    foot = 0.0 if paper.height is None else paper.size * 1.5
    frame = Frame(
        paper.margin, paper.margin + foot, paper.width - 2 * paper.margin, height - 2 * paper.margin - foot,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates([PageTemplate(frames=[frame])])
    document.build(story.parts(), canvasmaker=_plain if paper.height is None else _numbered(receipt, paper))
    return buffer.getvalue()


def _length(parts: list[Flowable], paper: Sheet) -> float:
    room = paper.width - 2 * paper.margin
    # Every part is measured as it will be laid; a little is left for rounding.
    scratch = Canvas(BytesIO())
    return float(sum(part.wrapOn(scratch, room, 1e6)[1] for part in parts)) + 2 * paper.margin + 6


def _plain(*args: Any, **kwargs: Any) -> Canvas:
    return Canvas(*args, **kwargs)


def _numbered(receipt: ShownReceipt, paper: Sheet) -> Any:
    """A canvas that knows how many pages there are, and writes it under each."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  the library's name
            self._pages.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._pages, start=1):
                self.__dict__.update(page)
                self.setFont(TEXT, paper.size * 0.8)
                self.setFillColor(SOFT)
                words = receipt.words
                left = f"{receipt.retailer} · {words['number']} {receipt.number}"
                self.drawString(paper.margin, paper.margin, left)
                self.drawRightString(
                    paper.width - paper.margin, paper.margin, f"{words['page']} {number}/{len(self._pages)}"
                )
                super().showPage()
            super().save()

    return Numbered
