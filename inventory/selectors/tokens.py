"""What a scan may be that is not goods: a voucher of the bottle bank, a coupon, a member's card."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from inventory.barcodes import Read, Unreadable, read
from inventory.models import Coupon, MemberCard
from inventory.selectors.articles import StoreCatalogue, printed_code
from inventory.services.pseudonyms import pseudonyms

RECIPIENT = "8018"  # GS1's service relation number of a recipient: loyalty cards
LONGEST = 80


class Token(Struct, frozen=True, kw_only=True):
    """One slip or card, recognised.

    `code` is the form it is claimed and shown in. A coupon's `promotion` is the name by which promotions ask for it,
    `uses` how often it may be used by anybody (None: without limit). A voucher is worth `amount_minor`.
    """

    kind: Literal["voucher", "coupon", "member"]
    code: str
    promotion: str = ""
    amount_minor: int = 0
    uses: int | None = None


class NoToken(Struct, frozen=True):
    """It is a token, but good for nothing now: `why` is a stable word, `text` tells the shopper."""

    why: str
    text: str


def may_be_token(catalogue: StoreCatalogue, code: str) -> bool:
    """Whether a scan is worth a look at coupons and cards: nothing that the store sells under this code."""
    found = read(code, catalogue.rules)
    if isinstance(found, Read) and (found.voucher is not None or catalogue.find(found.keys)):
        return found.voucher is not None
    return catalogue.by_code(code) is None


def token_names(catalogue: StoreCatalogue, code: str) -> tuple[str, ...]:
    """The forms in which a code may stand in a list of coupons or cards, the likeliest first."""
    found: Read | Unreadable = read(code, catalogue.rules)
    bare = code.strip()
    bare = bare[3:] if bare[:1] == "]" and len(bare) > 3 else bare
    names = [bare]
    if isinstance(found, Read):
        for value in (found.coupon, found.gtin, found.element(RECIPIENT), found.text):
            names += [printed_code(value), value] if value else []
    return tuple(name for name in dict.fromkeys(names) if 0 < len(name) <= LONGEST)


def token_for(catalogue: StoreCatalogue, code: str, now: datetime) -> Token | NoToken | None:
    """What was presented; None if the code is no token at all. Reads the database."""
    found = read(code, catalogue.rules)
    if isinstance(found, Read) and found.voucher is not None:
        return _voucher(found)
    names = token_names(catalogue, code)
    if not names:
        return None
    number = member_number(catalogue.retailer_id, names)
    if number is not None:
        return Token(kind="member", code=number)
    coupon = Coupon.objects.filter(retailer_id=catalogue.retailer_id, code__in=names).first()
    if coupon is not None:
        return _coupon(coupon, catalogue, now)
    open_to_all = next((name for name in names if name in catalogue.coupons), None)
    if open_to_all is not None:
        return Token(kind="coupon", code=open_to_all, promotion=open_to_all)
    if isinstance(found, Read) and found.coupon is not None:
        return NoToken("unknown_coupon", "This coupon is not for our store.")
    return None


def member_number(retailer_id: int, names: Iterable[str]) -> str | None:
    """Which of these is the number of an active member card; None if none is."""
    hashed = {name_: name for name in names for name_ in pseudonyms(retailer_id, name)}
    found = MemberCard.objects.filter(retailer_id=retailer_id, code__in=list(hashed), active=True).first()
    return hashed[found.code] if found is not None else None


def _voucher(found: Read) -> Token | NoToken:
    if found.voucher is None or found.price is None or found.price_minor is None or found.price_minor <= 0:
        return NoToken("unknown_worth", "We can't read what this voucher is worth. Please ask for help.")
    return Token(kind="voucher", code=printed_code(found.voucher.zfill(14)), amount_minor=found.price_minor, uses=1)


def _coupon(coupon: Coupon, catalogue: StoreCatalogue, now: datetime) -> Token | NoToken:
    begun = coupon.valid_from is None or coupon.valid_from <= now
    ended = coupon.valid_until is not None and coupon.valid_until <= now
    if not coupon.active or not begun or ended:
        return NoToken("not_valid_now", "This coupon is not valid today.")
    if coupon.promotion_coupon not in catalogue.coupons:
        return NoToken("unknown_coupon", "This coupon is not for our store.")
    return Token(kind="coupon", code=coupon.code, promotion=coupon.promotion_coupon, uses=coupon.uses)
