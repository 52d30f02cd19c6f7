"""Single products of a retailer."""

from collections.abc import Iterable

from inventory.errors import NotFound
from inventory.models import Product


def product_of(*, retailer_id: int, product_id: int) -> Product:
    """The retailer's product; raises NotFound when absent or foreign alike."""
    product: Product | None = Product.objects.filter(retailer_id=retailer_id, pk=product_id).first()
    if product is None:
        raise NotFound("There are no such goods.")
    return product


def product_names(*, retailer_id: int, codes: Iterable[str]) -> dict[str, str]:
    """Names by article number, of those that there are."""
    return dict(Product.objects.filter(retailer_id=retailer_id, code__in=list(codes)).values_list("code", "name"))
