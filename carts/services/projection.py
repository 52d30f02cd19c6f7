"""Between a basket in memory and its rows."""

import uuid
from collections.abc import Iterable

from carts.basket import Basket, Line
from carts.models import Trip, TripLine, TripMode
from inventory.selectors.articles import Article, StoreCatalogue

LINE_FIELDS = ["quantity", "weight_g", "unit_price_minor", "amount_minor", "deposit_minor", "tax_minor", "savings",
               "status", "revision"]  # fmt: skip


def basket_of_trip(trip: Trip, catalogue: StoreCatalogue) -> Basket:
    """The basket of a trip from its rows, as it stood at its revision."""
    basket = Basket(catalogue, status_of_new=status_of_new(trip.mode))
    basket.restore((_line(row, catalogue) for row in trip.lines.all()), trip.revision, trip.totals)
    return basket


def status_of_new(mode: str) -> str:
    """What a line is at first: waiting for its weight, or on a phone beyond what a scale could verify."""
    return "unverified" if mode == TripMode.PHONE else "placing"


def line_rows(trip_id: uuid.UUID, lines: Iterable[Line]) -> list[TripLine]:
    """Rows for lines, to be inserted or updated by (trip, line)."""
    return [
        TripLine(
            trip_id=trip_id,
            line=line.line,
            product_id=line.article.product_id,
            code=line.article.printed_code,
            name=line.article.name,
            source=line.source,
            quantity=line.quantity,
            sold_by=line.article.sold_by,
            weight_g=line.weight_g,
            fixed_amount_minor=line.fixed_amount_minor,
            unit_price_minor=line.unit_price_minor,
            amount_minor=line.amount_minor,
            deposit_minor=line.deposit_minor,
            tax_rate_bp=line.article.tax_rate_bp,
            tax_minor=line.tax_minor,
            savings=list(line.savings),
            status=line.status,
            at_ms=line.at_ms,
            revision=line.revision,
        )
        for line in lines
    ]


def lines_save(rows: list[TripLine]) -> None:
    """Insert or update rows by (trip, line)."""
    TripLine.objects.bulk_create(rows, update_conflicts=True, unique_fields=["trip", "line"], update_fields=LINE_FIELDS)


def _line(row: TripLine, catalogue: StoreCatalogue) -> Line:
    line = Line(row.line, catalogue.article(row.product_id) or _withdrawn(row), row.source, row.at_ms)
    line.unit_price_minor = row.unit_price_minor
    line.quantity, line.weight_g, line.status, line.revision = row.quantity, row.weight_g, row.status, row.revision
    line.fixed_amount_minor = row.fixed_amount_minor
    line.amount_minor, line.deposit_minor, line.tax_minor = row.amount_minor, row.deposit_minor, row.tax_minor
    line.savings = tuple(row.savings)
    return line


def _withdrawn(row: TripLine) -> Article:
    """An article that the store has stopped selling since it was scanned: as it was then."""
    return Article(
        product_id=row.product_id, code=row.code, key=row.code, name=row.name, brand="", category="",
        sold_by=row.sold_by, unit_price_minor=row.unit_price_minor, tax_rate_bp=row.tax_rate_bp,
        deposit_minor=row.deposit_minor // row.quantity if row.quantity else 0, net_g=None, gross_g=None, packaging="",
        age_limit=None, sale_from=None, sale_until=None, quantity_limit=None, sale_stopped=True, recalled=False,
        recalled_batches=(), pack_quantity=1, picture=None,
    )  # fmt: skip
