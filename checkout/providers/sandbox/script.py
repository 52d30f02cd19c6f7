"""Sources that script the sandbox.

| source | what happens |
| --- | --- |
| `sandbox:approve` | authorised |
| `sandbox:decline` | declined |
| `sandbox:timeout_before` | the first call times out before anything happens |
| `sandbox:timeout_after` | the first call times out after it has taken effect |
| `sandbox:slow` | authorised, after a while |
| `sandbox:partial` | half of the amount is authorised |
| `sandbox:gift:xN`, `sandbox:points:xN` | a gift card or a loyalty account: letters name it, N is its balance |
| `sandbox:expires` | authorised, and declined when it is to be taken |
| `sandbox:capture_timeout` | the first taking times out after it has taken effect |
| `sandbox:refund_timeout` | the first giving back times out after it has taken effect |
| `sandbox:refund_fails` | what was taken can't be given back |
| `sandbox:webhook` | pending; a webhook tells that it is authorised |
| `sandbox:webhook_late` | pending for a while; the webhook comes after the answer could have been asked for |
| `sandbox:webhook_twice` | its webhook comes twice, with the same id and again with another |
| `sandbox:webhook_out_of_order` | a webhook of the beginning comes after that of the end |
| `sandbox:webhook_never` | pending, and no webhook ever |
"""

import re

PREFIX = "sandbox:"
PLAIN = frozenset(
    {"approve", "decline", "timeout_before", "timeout_after", "slow", "partial", "expires", "capture_timeout",
     "refund_timeout", "refund_fails"}
)  # fmt: skip
# Seconds until the payment is through, and when its webhooks come: (kind, seconds, how often).
WEBHOOKS: dict[str, tuple[float, tuple[tuple[str, float, int], ...]]] = {
    "webhook": (1.0, (("payment.authorised", 1.0, 1),)),
    "webhook_late": (2.0, (("payment.authorised", 30.0, 1),)),
    "webhook_twice": (1.0, (("payment.authorised", 1.0, 2), ("payment.authorised", 2.0, 1))),
    "webhook_out_of_order": (1.0, (("payment.authorised", 1.0, 1), ("payment.created", 3.0, 1))),
    "webhook_never": (4.0, ()),
}
ACCOUNT = re.compile(r"(gift|points):[A-Za-z-]{0,20}(\d{1,9})")


def behaviour(source: str) -> str:
    """The script's name, or empty for a source that is not of the sandbox."""
    if not source.startswith(PREFIX):
        return ""
    name = source[len(PREFIX) :]
    return name if name in PLAIN or name in WEBHOOKS or ACCOUNT.fullmatch(name) else ""


def balance(name: str) -> int | None:
    """What an account begins with, in minor units; None for what is no account."""
    found = ACCOUNT.fullmatch(name)
    return int(found[2]) if found else None
