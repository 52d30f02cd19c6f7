from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from inventory.access import ROLES, Action
from inventory.errors import NotFound
from inventory.models import Role
from inventory.selectors.access import require, retailers_for, stores_for
from tests.inventory.world import make_person, make_store

pytestmark = pytest.mark.django_db


def test_an_associate_reviews_in_the_own_store_and_nowhere_else() -> None:
    market, kiosk = make_store(), make_store(code="kiosk")
    ben = make_person("ben", Role.ASSOCIATE, store=market)

    stores = stores_for(ben, Action.REVIEW)

    assert list(stores) == [market]
    assert kiosk not in stores


def test_a_role_without_a_store_reaches_all_of_the_retailers_stores_and_no_others() -> None:
    market, kiosk, foreign = make_store(), make_store(code="kiosk"), make_store("Vale Foods")
    ben = make_person("ben", Role.MANAGER, retailer=market.retailer)

    stores = set(stores_for(ben, Action.MANAGE_CATALOGUE))

    assert stores == {market, kiosk}
    assert foreign.retailer not in retailers_for(ben, Action.MANAGE_CATALOGUE)


def test_a_foreign_store_an_absent_one_and_one_that_the_role_does_not_reach_look_the_same() -> None:
    market, foreign = make_store(), make_store("Vale Foods")
    cal = make_person("cal", Role.ASSOCIATE, store=foreign)

    refusals = []
    for action, store_id in [(Action.REVIEW, market.pk), (Action.REVIEW, 987_654), (Action.REFUND, foreign.pk)]:
        with pytest.raises(NotFound) as refusal:
            require(cal, action, store_id)
        refusals.append(refusal.value.detail)

    assert len(set(refusals)) == 1


@pytest.mark.parametrize("fields", [{"is_active": False}, {}])
def test_who_is_not_signed_in_or_has_left_reaches_nothing(fields: dict[str, Any]) -> None:
    market = make_store()
    ben = make_person("ben", Role.MANAGER, store=market)
    ben.is_active = False

    assert not stores_for(ben if fields else AnonymousUser(), Action.SEE_BOARD).exists()


def test_a_closed_store_is_nobodys() -> None:
    market = make_store(active=False)
    ben = make_person("ben", Role.MANAGER, store=market)

    assert not stores_for(ben, Action.SEE_BOARD).exists()


def test_operators_see_no_pictures_and_auditors_change_nothing() -> None:
    changing = {action for action in Action if not action.value.startswith("see_")}

    assert Action.SEE_PICTURES not in ROLES[Role.OPERATOR]
    assert not ROLES[Role.AUDITOR] & changing
    assert ROLES[Role.ASSOCIATE] < ROLES[Role.SUPERVISOR] < ROLES[Role.MANAGER]
