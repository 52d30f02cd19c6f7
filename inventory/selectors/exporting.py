"""A store's catalogue as rows that the import reads back."""

from collections.abc import Iterator

from inventory.pricing import Currency
from inventory.selectors.articles import Article, StoreCatalogue, printed_code

COLUMNS = ("code", "gtin", "packs", "name", "brand", "category", "sold_by", "net_weight_g", "net_volume_ml",
           "gross_weight_g", "packaging", "tax_rate", "deposit", "age_limit", "price")  # fmt: skip


def export_rows(catalogue: StoreCatalogue) -> Iterator[tuple[str, ...]]:
    """The names of the columns, then a row for each product that the store sells, with the codes of its packs."""
    keys: dict[int, list[str]] = {}
    packs: dict[int, list[str]] = {}
    for article in catalogue.every_code():
        code = printed_code(article.key)
        if article.pack_quantity == 1:
            keys.setdefault(article.product_id, []).append(code)
        else:
            packs.setdefault(article.product_id, []).append(f"{article.pack_quantity}x{code}")
    currency = Currency(catalogue.currency, catalogue.exponent)
    yield COLUMNS
    for article in catalogue.articles():
        codes = ("|".join(known.get(article.product_id, ())) for known in (keys, packs))
        yield _row(article, (*codes,), currency)


def _row(article: Article, codes: tuple[str, ...], currency: Currency) -> tuple[str, ...]:
    return (
        article.code, *codes, article.name, article.brand, article.category, article.sold_by, _text(article.net_g),
        _text(article.net_ml or None), _text(article.gross_g), article.packaging, f"{article.tax_rate_bp / 100:.2f}",
        currency.text(article.deposit_minor), _text(article.age_limit), currency.text(article.unit_price_minor),
    )  # fmt: skip


def _text(value: int | None) -> str:
    return "" if value is None else str(value)
