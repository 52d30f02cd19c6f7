"""What can go wrong for a cart, each with a stable code and a sentence that says what to do."""


class CartClientError(Exception):
    """Base of the client's errors; `code` is stable, the text is for people."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Stopped(CartClientError):
    """The stream ended for good: reconnecting by itself would be wrong (see `closing`)."""

    def __init__(self, code: str, detail: str, close: int | None = None) -> None:
        super().__init__(code, detail)
        self.close = close


class EnrolmentNeeded(Stopped):
    """The device token is missing, expired or revoked: the cart needs a new enrolment code."""


class StorageInUse(CartClientError):
    """Another process holds this cart's storage; two writers would number different events alike."""


class BadServerMessage(CartClientError):
    """The server broke the contract; the client drops the connection and tries again."""


class Unreachable(CartClientError):
    """A REST call found no server. A call with an idempotency key may be repeated at any time."""


class Problem(CartClientError):
    """The server's `application/problem+json` answer; `fields` names the offending inputs, if any."""

    def __init__(self, status: int, code: str, detail: str, fields: dict[str, object] | None = None) -> None:
        super().__init__(code, detail)
        self.status = status
        self.fields = fields or {}
