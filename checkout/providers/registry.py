"""Which provider takes which source: those that the settings name, and the one for what costs nothing."""

from functools import cache

from django.conf import settings

from checkout.providers.free import Free
from checkout.providers.port import Provider
from checkout.providers.sandbox import Sandbox


@cache
def _providers() -> tuple[Provider, ...]:
    return (*(_made(name) for name in settings.PAYMENT_PROVIDERS), Free())


def _made(name: str) -> Provider:
    if name == "sandbox":
        return Sandbox(settings.DATA_DIR / "sandbox.sqlite3")
    if name == "till":
        from checkout.providers.till import Till

        return Till()
    from checkout.providers.stripe import Stripe

    return Stripe(settings.STRIPE_API_KEY, base=settings.STRIPE_API_BASE)


def provider_for(source: str) -> Provider | None:
    """The provider that takes this source, or None."""
    return next((provider for provider in _providers() if provider.takes(source)), None)


def provider_names() -> tuple[str, ...]:
    """Those that the settings name: what this server can take money by."""
    return tuple(provider.name for provider in _providers() if provider.name != Free.name)


def provider_named(name: str) -> Provider:
    """The provider of an attempt; raises LookupError for one that is gone."""
    for provider in _providers():
        if provider.name == name:
            return provider
    raise LookupError(f"There is no payment provider {name!r}.")
