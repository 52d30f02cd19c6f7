"""How figures and links look in the admin."""

import json
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventory.pricing import Currency


def money(amount_minor: int | None, code: str, exponent: int = 2) -> str:
    """An amount of minor units with its currency, for example 2.19 EUR."""
    return "–" if amount_minor is None else f"{Currency(code, exponent).text(amount_minor)} {code}"


def grams(value: float | None) -> str:
    """Grams with a blank between thousands."""
    return "–" if value is None else f"{value:,.0f} g".replace(",", " ")


def link(obj: Model | None, text: str = "") -> str | SafeString:
    """A link to a row's own page in the admin."""
    if obj is None:
        return "–"
    address = reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])
    return format_html('<a href="{}" class="font-medium text-primary-600">{}</a>', address, text or obj)


def listing(model: type[Model], text: str, **filters: Any) -> SafeString:
    """A link to a filtered list in the admin."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return format_html('<a href="{}?{}" class="font-medium text-primary-600">{}</a>', address, query, text)


def console_link(name: str, key: Any, text: str) -> str | SafeString:
    """A link into the staff console, where there is one."""
    try:
        address = reverse(f"console:{name}", args=[key])
    except NoReverseMatch:
        return "–"
    return format_html('<a href="{}" class="font-medium text-primary-600">{}</a>', address, text)


def as_json(value: Any) -> SafeString:
    """Data as indented text."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    return format_html('<pre class="text-xs whitespace-pre-wrap max-w-4xl">{}</pre>', text)
