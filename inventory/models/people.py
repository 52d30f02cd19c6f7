"""Who works where, as what."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from inventory.models.scoping import Scoped
from inventory.models.tenancy import Retailer, Store


class Role(models.TextChoices):
    """Ascending, but for the auditor (reads all, changes nothing) and the operator (all tenants, no pictures)."""

    ASSOCIATE = "associate", "Associate"
    SUPERVISOR = "supervisor", "Supervisor"
    MANAGER = "manager", "Manager"
    AUDITOR = "auditor", "Auditor"
    OPERATOR = "operator", "Operator"


class Membership(Scoped):
    """A person's role in one store, or in all of a retailer's stores where `store` is empty.

    An operator has no retailer.
    """

    store_path: ClassVar[str] = "store_id"
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    retailer = models.ForeignKey(Retailer, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    on_duty_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # One for each kind of place: not every database can hold empty fields for equal.
            models.UniqueConstraint(
                fields=["user", "store"], condition=models.Q(store__isnull=False), name="one_role_per_person_and_store"
            ),
            models.UniqueConstraint(
                fields=["user", "retailer"],
                condition=models.Q(store=None, retailer__isnull=False),
                name="one_role_per_person_and_retailer",
            ),
            models.UniqueConstraint(fields=["user"], condition=models.Q(retailer=None), name="one_role_per_operator"),
            models.CheckConstraint(
                condition=models.Q(role=Role.OPERATOR, retailer=None, store=None)
                | (~models.Q(role=Role.OPERATOR) & models.Q(retailer__isnull=False)),
                name="only_operators_have_no_retailer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"
