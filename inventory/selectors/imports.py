"""Single imports of catalogue files."""

from django.contrib.auth.models import AnonymousUser, User

from inventory.access import Action
from inventory.errors import NotFound
from inventory.models import CatalogueImport
from inventory.selectors.access import stores_for


def import_of(user: User | AnonymousUser, import_id: int) -> CatalogueImport:
    """An import for a store where this person may import; raises NotFound when absent, foreign or not allowed alike."""
    stores = stores_for(user, Action.MANAGE_CATALOGUE)
    record: CatalogueImport | None = CatalogueImport.objects.filter(store__in=stores, id=import_id).first()
    if record is None:
        raise NotFound("There is no such import.")
    return record
