"""Tenancy in queries: every model names its path to the retailer or store, and is asked through it."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self, cast

from django.db import models


class ScopedQuerySet(models.QuerySet[Any]):
    """A query set that can be narrowed to one tenant."""

    def of_retailer(self, retailer_id: int) -> Self:
        """Only what hangs under this retailer."""
        return self.filter(**{cast(type[Scoped], self.model).retailer_path: retailer_id})

    def of_stores(self, store_ids: Iterable[int]) -> Self:
        """Only what hangs under these stores; raises TypeError for models that belong to a whole retailer."""
        path = cast(type[Scoped], self.model).store_path
        if not path:
            raise TypeError(f"{self.model.__name__} belongs to a retailer, not to a store")
        return self.filter(**{f"{path}__in": list(store_ids)})


class Scoped(models.Model):
    """A model that belongs to one tenant; `retailer_path` and `store_path` are look-up paths to the ids."""

    retailer_path: ClassVar[str] = "retailer_id"
    store_path: ClassVar[str] = ""
    objects = ScopedQuerySet.as_manager()

    class Meta:
        abstract = True


class StoreScoped(Scoped):
    """A model with a `store` of its own."""

    retailer_path: ClassVar[str] = "store__retailer_id"
    store_path: ClassVar[str] = "store_id"

    class Meta:
        abstract = True
