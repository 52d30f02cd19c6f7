"""What a code is filed under in the catalogue."""

from inventory.barcodes._checks import expand_upce, has_check_digit, is_digits

_GTIN_LENGTHS = (8, 12, 13, 14)


def is_plu(text: str) -> bool:
    """Whether it is a price look-up number of the IFPS: 3000 to 4999, or with 8 or 9 (organic) before it."""
    return (len(text) == 4 and text[0] in "34" and is_digits(text)) or (
        len(text) == 5 and text[0] in "89" and text[1] in "34" and is_digits(text)
    )


def item_key(number: str) -> str:
    """Key of a store's own item number; leading zeros don't count.

    It is never that of a PLU: a store's item 4011 need not be the banana of PLU 4011.
    """
    return f"item:{number.lstrip('0') or '0'}"


def catalogue_key(text: str) -> str:
    """The key under which a product with this number is filed, whatever way the number is written. Never fails.

    GTINs of 8, 12, 13 or 14 digits with a right check digit become 14 digits (UPC-E is expanded), PLUs stay as they
    are ("4011", organic "94011"), other numbers up to 7 digits are the store's item numbers ("item:54321"; write
    "item:4011" for one that looks like a PLU). Labels with an embedded price or weight are filed under their item
    number, or as the GTIN of a label with zeros for the value. Anything else is kept as it is, as "text:…". A key is
    its own key.
    """
    text = text.strip()
    if text.startswith(("item:", "text:")):
        return text
    if not is_digits(text):
        return f"text:{text}"
    upca = upce_first(text)
    if upca or (len(text) in _GTIN_LENGTHS and has_check_digit(text)):
        return (upca or text).zfill(14)
    if is_plu(text):
        return text
    return item_key(text) if len(text) <= 7 else f"text:{text}"


def upce_first(code: str) -> str | None:
    """The UPC-A of 8 digits that may be a UPC-E, even where they are an EAN-8 too.

    They begin with 0 or 1 then. EAN-8s with 0 are for a company's own use (GenSpecs 1.4.3) and such with 1 are hardly
    ever assigned, so that UPC-E is the likelier reading; readers of an EAN-8 give this as a second key.
    """
    return expand_upce(code) if len(code) == 8 else None
