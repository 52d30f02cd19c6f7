"""Why a file did not come."""


class FetchFailed(Exception):
    """`code` is stable: `address_refused`, `unreachable`, `too_slow`, `too_large`, `not_let_in`, `host_key`,
    `not_found`, `wrong_answer`. `detail` says in a sentence what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
