"""Domain errors: a stable code, an HTTP status for the edge, and a sentence that says what to do."""

from typing import ClassVar


class DomainError(Exception):
    """Base of every refusal that is the caller's to mend. `code` never changes once published."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    detail: str = "This can't be done now."

    def __init__(self, detail: str = "", *, headers: dict[str, str] | None = None) -> None:
        self.detail = detail or type(self).detail
        self.headers = headers or {}
        super().__init__(self.detail)


class NotFound(DomainError):
    """Absent, or another tenant's: the two look the same."""

    code = "not_found"
    status = 404
    detail = "There is no such thing here."


class UnknownCode(DomainError):
    code = "unknown_code"
    status = 404
    detail = "No product of this store has this code."
