"""What a column can mean, and how it is guessed from its name."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from inventory.imports._tables import ImportUnreadable
from inventory.text import fold


class Field(NamedTuple):
    """A meaning: its name, what people read, and the column names that it is guessed from (folded, longest first)."""

    name: str
    help: str
    aliases: tuple[str, ...]


FIELDS: Final[tuple[Field, ...]] = (
    Field("code", "Article number; without it, goods are known by their code", ("article number", "article", "sku",
          "artikelnummer", "item number", "code", "sifra")),
    Field("gtin", "GTIN, UPC or PLU; several with a blank or | between", ("gtin", "ean", "upc", "barcode", "barkod",
          "plu", "strichcode")),
    Field("packs", "Codes of packs with their pieces, such as 12x4006381333931; several with a blank or |", ("packs",
          "pack codes", "multipack")),
    Field("name", "Name", ("name", "product name", "description", "bezeichnung", "naziv", "artikelname", "title")),
    Field("brand", "Brand", ("brand", "marke", "marka", "robna marka", "manufacturer")),
    Field("category", "Category", ("category", "kategorie", "kategorija", "department", "group", "warengruppe")),
    Field("net_weight_g", "Net weight in grams", ("net weight g", "net g", "net weight", "net grams")),
    Field("net_volume_ml", "Net volume in millilitres, of what is compared by the litre", ("net volume ml",
          "net volume", "net ml", "volume ml")),
    Field("gross_weight_g", "Gross weight in grams", ("gross weight g", "gross g", "gross weight", "weight g")),
    Field("net_qty", "Net quantity, in the unit of another column", ("net qty", "net quantity", "neto kolicina")),
    Field("net_unit", "Unit of the net quantity: g, kg, ml, cl, l", ("net unit", "unit", "einheit", "jedinica mjere")),
    Field("packaging", "Packaging: none, bag, carton, bottle, glass, can, tray", ("packaging", "verpackung")),
    Field("sold_by", "Sold by: each or kg", ("sold by", "sale unit", "verkaufseinheit")),
    Field("price", "Price in the store's currency, such as 2.19", ("price", "preis", "cijena", "maloprodajna cijena",
          "unit price", "retail price")),
    Field("tax_rate", "Tax rate in percent, such as 10 or 19.5", ("tax rate", "tax", "vat", "mwst", "ust", "pdv")),
    Field("deposit", "Deposit in the store's currency", ("deposit", "pfand", "povratna naknada")),
    Field("age_limit", "Age limit in years", ("age limit", "minimum age", "altersgrenze")),
)  # fmt: skip
NAMES: Final = frozenset(field.name for field in FIELDS)


def guess_mapping(header: Sequence[str]) -> dict[str, str]:
    """Field to column, by the columns' names: the same words first, then the beginning ("price_eur" is a price)."""
    free = {column: fold(column) for column in header if column}
    mapping: dict[str, str] = {}
    for exact in (True, False):
        for field in FIELDS:
            if field.name in mapping:
                continue
            column = _best(field, free, exact)
            if column is not None:
                mapping[field.name] = column
                del free[column]
    return mapping


def _best(field: Field, columns: Mapping[str, str], exact: bool) -> str | None:
    for alias in field.aliases:
        for column, words in columns.items():
            if words == alias or (not exact and words.startswith(f"{alias} ")):
                return column
    return None


def mapping_from_text(text: str) -> dict[str, str]:
    """`field=column` pairs with commas between; raises ImportUnreadable for anything else."""
    mapping: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = pair.partition("=")
        if not equals or not column.strip():
            raise ImportUnreadable(f"{pair!r} is no pair: write field=column, for example price=price_eur.")
        mapping[field.strip()] = column.strip()
    return mapping


def checked_mapping(mapping: Mapping[str, str], header: Sequence[str]) -> dict[str, int]:
    """Field to the column's position; raises ImportUnreadable for unknown fields or columns, or too few of them."""
    places: dict[str, int] = {}
    for field, column in mapping.items():
        if not column:
            continue
        if field not in NAMES:
            raise ImportUnreadable(f"There is no field {field!r}; there are {', '.join(sorted(NAMES))}.")
        if column not in header:
            raise ImportUnreadable(f"The file has no column {column!r}; it has {', '.join(filter(None, header))}.")
        places[field] = header.index(column)
    if "gtin" not in places and "code" not in places:
        raise ImportUnreadable("Say which column holds the GTIN or the article number: nothing else tells goods apart.")
    return places
