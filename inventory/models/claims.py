"""What a shopper presents besides goods: coupons, member cards, and claims on what counts only so often."""

from django.db import models
from django.db.models import F, Q

from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer


class Coupon(Scoped):
    """A code on paper or in an app. `promotion_coupon` is the name by which promotions ask for it."""

    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="coupons")
    code = models.CharField(max_length=80, help_text="As printed; for a GTIN its digits.")
    promotion_coupon = models.CharField(max_length=80, help_text='What promotions name as their "coupon".')
    uses = models.PositiveIntegerField(
        default=1, null=True, blank=True, help_text="How often it may be used in all; empty: as often as you like."
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["retailer", "code"], name="coupon_code_once_per_retailer")]

    def __str__(self) -> str:
        return self.code


class MemberCard(Scoped):
    """A card that opens member prices. A pseudonym: whose it is stands with the retailer's own programme only.

    `code` is the number's keyed hash under the retailer's own key (`inventory.services.pseudonyms`), never the number.
    """

    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="member_cards")
    code = models.CharField("number, hashed", max_length=80, editable=False)
    ending = models.CharField("last signs", max_length=4, blank=True, default="", db_default="", editable=False)
    active = models.BooleanField(default=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["retailer", "code"], name="member_card_once_per_retailer")]

    def __str__(self) -> str:
        return f"…{self.ending}"


class ClaimKind(models.TextChoices):
    VOUCHER = "voucher", "Voucher"
    COUPON = "coupon", "Coupon"


class Claim(Scoped):
    """One use of a voucher or coupon: held by a trip from the scan on, redeemed by the transaction that settles it.

    The constraint is what makes a voucher worth its money once. `holder` is the trip, `number` counts a coupon's uses.
    """

    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, related_name="claims")
    kind = models.CharField(max_length=8, choices=ClaimKind)
    code = models.CharField(max_length=80)
    number = models.PositiveIntegerField(default=1)
    holder = models.UUIDField()
    amount_minor = models.PositiveIntegerField(default=0, help_text="What a voucher is worth.")
    taken_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["holder"])]
        constraints = [
            models.UniqueConstraint(fields=["retailer", "kind", "code", "number"], name="each_use_claimed_once"),
            models.CheckConstraint(
                condition=Q(redeemed_at=None) | Q(redeemed_at__gte=F("taken_at")), name="redeemed_after_it_was_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
