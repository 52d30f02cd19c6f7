"""What pricing refuses."""


class PricingError(ValueError):
    """An item or rule that cannot be priced.

    `code` is stable: `invalid_item`, `invalid_terms`, `invalid_promotion`, `duplicate_line`, `invalid_refund`.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
