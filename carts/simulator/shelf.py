"""What the simulated shopper finds in the store: the server's catalogue, asked over REST, with true weights."""

from dataclasses import dataclass
from random import Random

from carts.client import Problem, Product, RestClient

from .truth import TrueProduct, Truth

# Goods that a member of staff must hand over to adults: every such trip would end in review.
STAFF_ONLY = ("beer", "wine", "spirits", "alcohol", "tobacco")
LEAST_LOOSE_G, MOST_LOOSE_G = 180.0, 1600.0


class EmptyShelfError(Exception):
    """The store sells none of the products whose true weights are known."""


@dataclass(frozen=True)
class Found:
    """A product in the hand. `grams` is the true weight of one piece, or of this handful of loose produce."""

    product: Product
    grams: float

    @property
    def code(self) -> str:
        return self.product.code

    @property
    def name(self) -> str:
        return self.product.name

    @property
    def loose(self) -> bool:
        return self.product.sold_by == "kg"


class Shelf:
    """Picks products that the truth knows and the server sells. Nothing of the server but its REST is used."""

    def __init__(self, rest: RestClient, truth: Truth, random: Random) -> None:
        self._rest = rest
        self._truth = truth
        self._random = random
        self._sold: dict[str, Product | None] = {}

    async def pick(self, count: int) -> list[Found]:
        """`count` different products. Raises EmptyShelfError when there is not one."""
        codes = list(self._truth.products)
        self._random.shuffle(codes)
        found: list[Found] = []
        for code in codes:
            if len(found) == count:
                break
            product = await self._look(code)
            if product is not None and not _needs_staff(product):
                found.append(Found(product, self._weight(self._truth.products[code], product)))
        if not found:
            raise EmptyShelfError("the store sells no product of the truth file; seed the demo store again")
        return found

    async def pick_packed(self, count: int) -> list[Found]:
        """As `pick`, of packed products only: those whose weight gives them away."""
        found = await self.pick(count * 3)
        packed = [item for item in found if not item.loose]
        return (packed or found)[:count]

    async def _look(self, code: str) -> Product | None:
        if code not in self._sold:
            try:
                self._sold[code] = await self._rest.product(code)
            except Problem as problem:
                if problem.status != 404:
                    raise
                self._sold[code] = None
        return self._sold[code]

    def _weight(self, truth: TrueProduct, product: Product) -> float:
        if product.sold_by == "kg":
            return round(self._random.uniform(LEAST_LOOSE_G, MOST_LOOSE_G), 1)
        # Packs of one product differ by about a hundredth, as filled goods do.
        return truth.grams * self._random.gauss(1.0, 0.006)


def _needs_staff(product: Product) -> bool:
    return any(word in product.category.lower() for word in STAFF_ONLY)
