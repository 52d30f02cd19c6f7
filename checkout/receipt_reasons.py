"""Why a discount counted, in the reader's language. Pricing says it in a few fixed English forms; amounts in them stay
as they are, and what has another form is shown as it came. Pure."""

import re
from collections.abc import Mapping

# Form of `Rule.gives` and `Rule.why` (inventory.pricing) -> name of its words.
FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"special price (?P<a>.+)"), "why_special"),
    (re.compile(r"cheapest of (?P<a>\d+) at (?P<b>.+) off"), "why_cheapest"),
    (re.compile(r"buy (?P<a>\d+), get (?P<b>\d+) free"), "why_free"),
    (re.compile(r"set for (?P<a>.+)"), "why_set_for"),
    (re.compile(r"set: (?P<a>.+) off"), "why_set_off"),
    (re.compile(r"(?P<a>.+) off from (?P<b>.+)"), "why_from"),
    (re.compile(r"(?P<a>.+) off each (?P<b>\S.*)"), "why_every"),
    (re.compile(r"(?P<a>.+) off each"), "why_each"),
    (re.compile(r"(?P<a>.+) off"), "why_off"),
    (re.compile(r"(?P<a>\d+) for (?P<b>.+)"), "why_for"),
)
MEMBERS = ", for members"
COUPON = re.compile(r"^(?P<rest>.*), coupon (?P<code>[^,]+)$")


def reason(why: str, told: Mapping[str, str]) -> str:
    """The reason in these words; as it came where it has none of the known forms."""
    members = why.endswith(MEMBERS)
    rest = why.removesuffix(MEMBERS)
    coupon = COUPON.match(rest)
    rest = coupon["rest"] if coupon else rest
    parts = [_form(rest, told)]
    parts += [told["why_coupon"].format(a=coupon["code"])] if coupon else []
    parts += [told["why_members"]] if members else []
    return ", ".join(part for part in parts if part)


def _form(text: str, told: Mapping[str, str]) -> str:
    for pattern, name in FORMS:
        found = pattern.fullmatch(text)
        if found:
            return told[name].format(**found.groupdict())
    return text
