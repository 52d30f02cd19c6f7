"""Small marks of the console's templates: icons, gauges, money, clocks. No inline style: the policy forbids it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from console.presenting import formats

if TYPE_CHECKING:
    from inventory.models import Store

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.filter
def money(minor: int | None, store: Store) -> str:
    return formats.money(minor, store.currency, store.currency_exponent)


@register.filter
def grams(value: float | None) -> str:
    return formats.grams(value)


@register.filter
def clock(seconds: float | None) -> str:
    """72.4 is 1:12."""
    return "–" if seconds is None else formats.duration(seconds)


@register.filter
def percent(ratio: float | None) -> str:
    """0.87 is 87 %."""
    return "–" if ratio is None else f"{ratio * 100:.0f}\u202f%"


@register.filter
def rate(basis_points: int) -> str:
    """1000 is 10 %."""
    return f"{basis_points / 100:g}\u202f%"


@register.simple_tag
def since(moment: datetime | None, target: int = 0) -> SafeString | str:
    """How long ago, as a clock that the page keeps running; with a target in seconds it changes colour when late."""
    if moment is None:
        return "–"
    now = timezone.now()
    text = formats.duration((now - moment).total_seconds())
    if not target:
        return format_html('<time datetime="{0}" data-since="{0}">{1}</time>', moment.isoformat(), text)
    late = formats.late(moment, now, target)
    return format_html(
        '<time datetime="{0}" data-since="{0}" data-target="{1}" data-late="{2}">{3}</time>',
        moment.isoformat(), target, late, text,
    )  # fmt: skip


@register.simple_tag
def gauge(ratio: float | None, warn: float = 0.3, bad: float = 0.6) -> SafeString | str:
    """A bar for a share that is worse the longer it is; its number stands beside it as text."""
    if ratio is None:
        return ""
    level = "bad" if ratio >= bad else "warn" if ratio >= warn else ""
    return format_html(
        '<svg class="gauge {}" viewBox="0 0 44 6" aria-hidden="true"><rect width="44" height="6" rx="3"/>'
        '<rect width="{}" height="6" rx="3"/></svg>',
        level, max(1, round(44 * min(1.0, ratio))),
    )  # fmt: skip


@register.simple_tag
def battery(level: float | None, charging: bool = False) -> SafeString | str:
    """A battery that is worse the emptier it is."""
    if level is None:
        return ""
    kind = "" if charging or level > 0.3 else "warn" if level > 0.15 else "bad"
    return format_html(
        '<svg class="battery {}" viewBox="0 0 24 12" aria-hidden="true">'
        '<rect x="1" y="1" width="19" height="10" rx="2"/>'
        '<path d="M22 4v4"/><rect class="charge" x="3" y="3" width="{}" height="6" rx="1"/></svg>',
        kind, max(1, round(15 * min(1.0, level))),
    )  # fmt: skip


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """The mapping's value for this key, or an empty text."""
    return mapping.get(key, "") if mapping else ""
