"""A small shelf for the tablet's tests: prices in cents, true weights in grams."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Good:
    code: str
    name: str
    price: int
    grams: int
    colour: str
    sold_by: str = "each"

    def found(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "brand": "Fennmill",
            "category": "Groceries",
            "unit_price": self.price,
            "sold_by": self.sold_by,
            "picture": self.picture,
            "comparison_price": self.comparison,
        }

    @property
    def comparison(self) -> dict[str, Any] | None:
        per_kilogram = round(self.price * 1000 / self.grams)
        return {"amount": per_kilogram, "per": "kg"} if self.sold_by == "each" else None

    @property
    def picture(self) -> str:
        return f"/media/fake/{self.code}.svg"

    def drawing(self) -> str:
        shape = (
            f'<circle cx="60" cy="64" r="40" fill="{self.colour}"/>'
            '<path d="M60 24q4-14 18-14q0 12-18 14" fill="#3f7d3a"/>'
            if self.sold_by == "kg"
            else f'<rect x="32" y="14" width="56" height="94" rx="10" fill="{self.colour}"/>'
            '<rect x="40" y="44" width="40" height="38" rx="6" fill="#fff" opacity=".85"/>'
        )
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 120">{shape}</svg>'


GOODS = {
    good.code: good
    for good in (
        Good("4006381333931", "Oat drink 1 l", 199, 1062, "#c9a66b"),
        Good("4006381333948", "Almond drink 1 l", 249, 1052, "#e0b98c"),
        Good("4006381333955", "Whole milk 1 l", 159, 1064, "#2f6fb2"),
        Good("4006381333962", "Spaghetti 500 g", 129, 508, "#2f4f8f"),
        Good("4006381333979", "Tomato passata 690 g", 179, 1010, "#c0392b"),
        Good("4006381333986", "Dark chocolate 70 %", 289, 104, "#4a2c1d"),
        Good("4006381333993", "Olive oil 500 ml", 799, 905, "#7a8b2d"),
        Good("4006381334006", "Roasted coffee 250 g", 549, 262, "#8a4b2b"),
        Good("4006381334013", "Sparkling water 1 l", 89, 1040, "#3a9fb5"),
        Good("4006381334020", "Free-range eggs, 10", 389, 660, "#d8a35d"),
        Good("4011", "Bananas", 199, 900, "#e9c33c", "kg"),
        Good("4128", "Apples Elstar", 299, 620, "#cf4b32", "kg"),
        Good("4664", "Tomatoes on the vine", 349, 480, "#d63f2c", "kg"),
        Good("4065", "Green pepper", 499, 230, "#3f8f3a", "kg"),
    )
}
