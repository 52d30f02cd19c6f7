"""What costs nothing is settled without asking anybody."""

from checkout.providers.port import Answer, Payment, ProviderRefused, Returned

SOURCE = "free"


class Free:
    """Only the checkout itself chooses this source, and only for an amount of 0."""

    name = "free"

    def takes(self, source: str) -> bool:
        return source == SOURCE

    def authorise(self, payment: Payment) -> Answer:
        if payment.amount_minor:
            raise ProviderRefused(f"{payment.amount_minor} {payment.currency} is not nothing")
        return Answer("captured", payment.key, "nothing was due")

    def capture(self, payment: Payment) -> Answer:
        return self.authorise(payment)

    def void(self, payment: Payment) -> Answer:
        return Answer("voided", payment.key)

    def find(self, payment: Payment) -> Answer | None:
        return None

    def refund(self, payment: Payment, *, key: str, amount_minor: int) -> Returned:
        raise ProviderRefused("nothing was taken")
