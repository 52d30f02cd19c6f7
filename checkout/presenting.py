"""A receipt's frozen body as it is shown: amounts and dates as the reader's language writes them in the country.

Takes everything from the body, so that a receipt shows the same whatever the store is called by now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.numbers import format_decimal, parse_pattern

from checkout.models import Receipt
from checkout.receipt_reasons import reason
from checkout.receipt_words import words
from checkout.wording import language_of

Cash = Callable[[int], str]


@dataclass(frozen=True)
class ShownLine:
    """`savings` are rows of (name, why, amount)."""

    line: int
    name: str
    how: str
    checked: str
    sign: str
    amount: str
    savings: list[tuple[str, str, str]]
    deposit: str


@dataclass(frozen=True)
class ShownReceipt:
    """Everything is text, ready to print. `rates` are rows of (rate, net, tax, gross), `payments` of (how, reference,
    amount)."""

    words: dict[str, str]
    language: str
    store: str
    retailer: str
    number: int
    issued: str
    cart: str
    lines: list[ShownLine]
    sums: list[tuple[str, str]]
    total: str
    rates: list[tuple[str, str, str, str]]
    payments: list[tuple[str, str, str]]
    public_id: str


def shown(receipt: Receipt, language: str = "") -> ShownReceipt:
    """The receipt in a language of ours (else in the shopper's) and in its store's time."""
    body = receipt.body
    language = language_of(language or body["language"])
    locale, told = locale_for(language, body["store"].get("country", "")), words(language)
    totals = body["totals"]
    local = receipt.issued_at.astimezone(ZoneInfo(body["store"]["timezone"]))

    def cash(amount: int) -> str:
        return money(amount, body["currency"], body["exponent"], locale)

    return ShownReceipt(
        words=told,
        language=language,
        store=body["store"]["name"],
        retailer=body["store"]["retailer"],
        number=receipt.number,
        issued=f"{format_date(local, 'long', locale=locale)}, {format_time(local, 'short', locale=locale)}",
        cart=body["cart"],
        lines=[_line(line, told, cash, locale) for line in body["lines"]],
        sums=_sums(body, told, cash),
        total=cash(totals["due"]),
        rates=[_rate(row, cash, locale) for row in totals.get("rates", ())],
        payments=[shown for row in body.get("payments") or [body["payment"]] for shown in _payment(row, told, cash)],
        public_id=receipt.public_id,
    )


def locale_for(language: str, country: str) -> Locale:
    """The language as it is written in the country, where there is such a custom; else the language alone."""
    try:
        return Locale.parse(f"{language_of(language)}_{country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language_of(language))


def money(amount_minor: int, currency: str, exponent: int, locale: Locale) -> str:
    """1234 with EUR and 2 decimals is "12,34 €" in German, "€12.34" in English."""
    pattern = parse_pattern(locale.currency_formats["standard"].pattern)
    pattern.frac_prec = (exponent, exponent)
    text: str = pattern.apply(Decimal(amount_minor).scaleb(-exponent), locale, currency=currency, currency_digits=False)
    return text


def _sums(body: dict[str, Any], told: dict[str, str], cash: Cash) -> list[tuple[str, str]]:
    totals = body["totals"]
    sums = [(told["subtotal"], cash(totals["subtotal"]))]
    sums += [(told["discount"], cash(-totals["discount"]))] if totals["discount"] else []
    for name in ("deposit", "levy", "vouchers", "rounding"):
        if totals.get(name):
            sums.append((told[name], cash(-totals[name] if name == "vouchers" else totals[name])))
    tax = told["tax"] + (f" ({told['included']})" if body["tax_inclusive"] else "")
    return [*sums, (tax, cash(totals["tax"]))]


def _line(line: dict[str, Any], told: dict[str, str], cash: Cash, locale: Locale) -> ShownLine:
    if line["sold_by"] == "kg":
        kilograms = format_decimal(Decimal(line.get("weight_g", 0)) / 1000, "#,##0.000", locale=locale)
        how = f"{kilograms} kg × {cash(line['unit_price'])} {told['per_kg']}"
    else:
        how = f"{line['quantity']} × {cash(line['unit_price'])}"
    return ShownLine(
        line=line["line"],
        name=line["name"],
        how=how,
        checked=told[line["checked"]],
        sign=line["checked"],
        amount=cash(line["amount"] + sum(saving["amount"] for saving in line["savings"])),
        savings=[_saving(saving, told, cash) for saving in line["savings"]],
        deposit=cash(line["deposit"]) if line["deposit"] else "",
    )


def _saving(saving: dict[str, Any], told: dict[str, str], cash: Cash) -> tuple[str, str, str]:
    why = reason(saving.get("why", ""), told)
    return (saving["name"], why if why.casefold() != saving["name"].casefold() else "", cash(-saving["amount"]))


def _rate(row: dict[str, int], cash: Cash, locale: Locale) -> tuple[str, str, str, str]:
    pattern = parse_pattern(locale.percent_formats[None].pattern)
    pattern.frac_prec = (0, 2)
    percent = pattern.apply(Decimal(row["rate_bp"]) / 10_000, locale)
    return (percent, cash(row["net"]), cash(row["tax"]), cash(row["gross"]))


def _payment(row: dict[str, Any], told: dict[str, str], cash: Cash) -> list[tuple[str, str, str]]:
    method, rounding, tip = str(row["method"]), row.get("rounding", 0), row.get("tip", 0)
    paid = f"{told['paid']} {told.get(f'by_{method}', method)}"
    rounded = [(told["rounding"], "", cash(rounding))] if rounding else []
    tipped = [(told["tip"], "", cash(tip))] if tip else []
    return [*rounded, *tipped, (paid, row.get("reference", ""), cash(row["amount"] + rounding + tip))]
