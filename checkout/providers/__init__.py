"""Payment providers behind one port.

Files:
    port      what a provider must do, and its answers
    sandbox   behaves like a real one, in a file of its own; the default
    stripe    cards by Stripe, through its official library
    till      the basket is handed to a manned till, and comes back paid
    free      settles what costs nothing, without asking anybody
"""

from checkout.providers.port import Answer, Movement, Payment, Provider, ProviderRefused, ProviderUnsure, Returned
from checkout.providers.registry import provider_for, provider_named

__all__ = [
    "Answer",
    "Movement",
    "Payment",
    "Provider",
    "ProviderRefused",
    "ProviderUnsure",
    "Returned",
    "provider_for",
    "provider_named",
]
