"""docs/pricing.md says what the code does."""

from pathlib import Path
from typing import Any

from msgspec.structs import fields

from inventory.pricing import price
from inventory.pricing.book import DEFAULT_GROUPS
from inventory.pricing.choice import JOINT_UNITS, STEPS
from inventory.pricing.conditions import Rule
from inventory.pricing.goods import SEARCHED_UNITS
from tests.inventory.pricing.cast import ALL, by_line, goods, terms

DOCUMENT = Path(__file__).parents[3] / "docs" / "pricing.md"


def test_the_example_of_a_new_kind_works_as_it_stands() -> None:
    code = DOCUMENT.read_text().split("```python\n")[1].split("```")[0]
    scope: dict[str, Any] = {"__name__": "example"}

    exec(code, scope)
    rule = scope["DearerCapped"](id="d", name="Capped", on=ALL, most_minor=999)
    priced = price(goods(1500, 900, 1200, 100), terms(rule))

    assert priced.totals.discount == 501 + 201
    assert by_line(priced) == [line.savings[0].amount_minor for line in priced.lines]
    assert priced.applied[0].why == "the dearer of 2 for 9.99 at most"


def test_it_names_every_common_field_the_groups_and_the_bounds() -> None:
    text = DOCUMENT.read_text()

    assert all(f"`{field.name}`" in text for field in fields(Rule))
    assert ", ".join(f"`{group}`" for group in DEFAULT_GROUPS) in text
    assert f"`{STEPS} / (1 + lines with deals)`" in text
    assert f"up to {SEARCHED_UNITS} pieces" in text
    assert f"up to {JOINT_UNITS} pieces" in text
