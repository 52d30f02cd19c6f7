"""A provider that behaves like a real one and moves no money.

Files:
    script    the sources, and what each makes happen
    books     what it remembers, in a file of its own, so that it knows what happened when our database does not
    provider  the port
    events    its webhooks: signed, late, twice, out of order or never
"""

from checkout.providers.sandbox.events import SandboxEvent, sandbox_signed
from checkout.providers.sandbox.provider import Sandbox

__all__ = ["Sandbox", "SandboxEvent", "sandbox_signed"]
