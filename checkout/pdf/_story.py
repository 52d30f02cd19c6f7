"""What stands on the receipt, from top to bottom, for any width of paper."""

from collections.abc import Sequence
from xml.sax.saxutils import escape  # nosec B406 # writes, parses nothing

from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from checkout.pdf._fonts import BOLD, TEXT, drawable
from checkout.pdf._sheets import Sheet
from checkout.presenting import ShownLine, ShownReceipt

SOFT, SAVED, RULE = HexColor("#57606a"), HexColor("#1a6b34"), HexColor("#c5ccd3")


class Story:
    """Builds the parts for one sheet."""

    def __init__(self, receipt: ShownReceipt, url: str, sheet: Sheet) -> None:
        self._receipt, self._url, self._sheet = receipt, url, sheet
        self._room = sheet.width - 2 * sheet.margin
        size = sheet.size
        self._plain = ParagraphStyle("plain", fontName=TEXT, fontSize=size, leading=size * 1.32)
        self._soft = ParagraphStyle("soft", self._plain, fontSize=size * 0.88, leading=size * 1.2, textColor=SOFT)
        self._centred = ParagraphStyle("centred", self._soft, alignment=TA_CENTER)
        self._right = ParagraphStyle("right", self._plain, alignment=TA_RIGHT)
        self._small_right = ParagraphStyle("small_right", self._soft, alignment=TA_RIGHT)
        self._title = ParagraphStyle("title", self._plain, fontName=BOLD, fontSize=size * 1.7, leading=size * 2)
        self._total = ParagraphStyle("total", self._plain, fontName=BOLD, fontSize=size * 1.35, leading=size * 1.8)
        self._total_right = ParagraphStyle("total_right", self._total, alignment=TA_RIGHT)

    def parts(self) -> list[Flowable]:
        """Everything, in order."""
        gap = Spacer(1, self._sheet.size)
        rates = [gap, *self._together([self._rates()])] if self._receipt.rates else []
        sums, end = self._together([self._sums()]), self._together(self._end())
        return [*self._head(), gap, self._lines(), gap, *sums, *rates, gap, *end]

    def _together(self, parts: list[Flowable]) -> list[Flowable]:
        """On one page, where there are pages."""
        return parts if self._sheet.height is None else [KeepTogether(parts)]

    def _head(self) -> list[Flowable]:
        shown, told = self._receipt, self._receipt.words
        facts = f"{told['number']} {shown.number} · {shown.issued} · {told['cart']} {shown.cart}"
        return [_text(shown.retailer, self._title), _text(shown.store, self._plain), _text(facts, self._soft)]

    def _lines(self) -> Table:
        rows: list[list[Paragraph]] = []
        rules: list[tuple[object, ...]] = []
        for line in self._receipt.lines:
            rules.append(("LINEABOVE", (0, len(rows)), (-1, len(rows)), 0.4, RULE))
            rows += self._line(line)
        return self._table(rows, [0.72, 0.28], rules)

    def _line(self, line: ShownLine) -> list[list[Paragraph]]:
        words = f"<b>{_safe(line.name)}</b><br/><font size={self._soft.fontSize} color={SOFT.hexval()}>"
        rows = [[Paragraph(f"{words}{_safe(f'{line.how} · {line.checked}')}</font>", self._plain),
                 _text(line.amount, self._right)]]  # fmt: skip
        for name, why, amount in line.savings:
            green = ParagraphStyle("saved", self._soft, textColor=SAVED)
            right = ParagraphStyle("saved_right", self._small_right, textColor=SAVED)
            rows.append([_text(f"{name} ({why})" if why else name, green), _text(amount, right)])
        if line.deposit:
            rows.append([_text(self._receipt.words["deposit"], self._soft), _text(line.deposit, self._small_right)])
        return rows

    def _sums(self) -> Table:
        shown, told = self._receipt, self._receipt.words
        rows = [[_text(name, self._plain), _text(amount, self._right)] for name, amount in shown.sums]
        line = len(rows)
        rows.append([_text(told["total"], self._total), _text(shown.total, self._total_right)])
        for how, reference, amount in shown.payments:
            words = f"{how} · {reference}" if reference else how
            rows.append([_text(words, self._soft), _text(amount, self._small_right)])
        rules = [
            ("LINEABOVE", (0, 0), (-1, 0), 0.4, RULE),
            ("LINEABOVE", (0, line), (-1, line), 1, HexColor("#1b1f23")),
        ]
        return self._table(rows, [0.62, 0.38], rules)

    def _rates(self) -> Table:
        told = self._receipt.words
        heads = [_text(told["rate"], self._soft)]
        heads += [_text(told[name], self._small_right) for name in ("net", "tax", "gross")]
        rows = [heads]
        for rate, *amounts in self._receipt.rates:
            rows.append([_text(rate, self._soft), *[_text(amount, self._small_right) for amount in amounts]])
        return self._table(rows, [0.19, 0.27, 0.27, 0.27], [("LINEBELOW", (0, 0), (-1, 0), 0.4, RULE)])

    def _end(self) -> list[Flowable]:
        told = self._receipt.words
        return [
            _qr(self._url, self._sheet.qr, self._room),
            _text(told["scan"], self._centred),
            _text(self._url, self._centred),
            Spacer(1, self._sheet.size * 0.6),
            _text(told["thanks"], self._centred),
        ]

    def _table(
        self, rows: Sequence[Sequence[Paragraph]], shares: Sequence[float], rules: Sequence[tuple[object, ...]]
    ) -> Table:
        pad = self._sheet.size * 0.22
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), pad),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad),
        ]
        return Table(
            rows, colWidths=[share * self._room for share in shares], style=TableStyle([*style, *rules]), hAlign="LEFT"
        )


def _text(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(_safe(text), style)


def _safe(text: str) -> str:
    return escape(drawable(text))


def _qr(url: str, side: float, room: float) -> Drawing:
    code = QrCodeWidget(url, barLevel="M")
    left, bottom, right, top = code.getBounds()
    across, up = side / (right - left), side / (top - bottom)
    drawing = Drawing(room, side, transform=[across, 0, 0, up, (room - side) / 2, 0])
    drawing.add(code)
    return drawing
