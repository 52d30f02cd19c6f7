import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from carts.models import Cart, Device, EnrolmentCode
from carts.services.enrolment import device_enrol
from checkout.models import Camera
from console.demo.goods import ean13, goods, picture
from inventory.barcodes import Read, read
from inventory.models import Barcode, LearnedWeight, Membership, Price, Product, ProductPicture, Role, Store
from inventory.selectors.catalogue import produce_keys, store_catalogue
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO, settings.DATA_DIR, settings.MEDIA_ROOT = True, tmp_path, tmp_path / "media"
    return tmp_path


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = picture(goods()[0])
    monkeypatch.setattr("console.demo.shops.picture", lambda _good: drawn)


def truth_of(data_dir: Path) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads((data_dir / "demo" / "truth.json").read_text())
    return whole


def test_the_demo_has_two_stores_staff_of_each_role_carts_and_a_camera(data_dir: Path, quick_pictures: None) -> None:
    call_command("seed_demo", verbosity=0)

    assert set(Store.objects.values_list("code", flat=True)) == {"market", "arena"}
    assert set(Membership.objects.values_list("role", flat=True)) == {str(role) for role in Role}
    assert Cart.objects.count() == 6
    assert Camera.objects.get().url == truth_of(data_dir)["camera"]["url"]
    assert Product.objects.count() == ProductPicture.objects.count() == len(goods()) >= 80


def test_starting_again_keeps_the_data_and_the_codes(data_dir: Path, quick_pictures: None) -> None:
    call_command("seed_demo", verbosity=0)
    before = truth_of(data_dir)
    counted = [model.objects.count() for model in (Product, Barcode, Price, User, Cart, EnrolmentCode, ProductPicture)]
    Product.objects.filter(code="4011").update(name="Renamed by Ben")

    call_command("seed_demo", verbosity=0)

    again = [model.objects.count() for model in (Product, Barcode, Price, User, Cart, EnrolmentCode, ProductPicture)]
    assert again == counted
    assert truth_of(data_dir) == before
    assert Product.objects.get(code="4011").name == "Renamed by Ben"


def test_a_used_code_is_followed_by_a_new_one(data_dir: Path, quick_pictures: None) -> None:
    call_command("seed_demo", verbosity=0)
    first = truth_of(data_dir)["carts"][0]["enrolment_code"]
    device_enrol(code=first, now=NOW)

    call_command("seed_demo", verbosity=0)

    assert truth_of(data_dir)["carts"][0]["enrolment_code"] != first
    assert Device.objects.filter(revoked_at=None).count() == 1


def test_true_weights_are_only_in_the_truth_file(data_dir: Path, quick_pictures: None) -> None:
    call_command("seed_demo", verbosity=0)

    truth = truth_of(data_dir)["products"]
    listed = dict(Product.objects.filter(sold_by="each").values_list("code", "gross_weight_g"))
    missing = [code for code, grams in listed.items() if grams is None]
    wrong = [code for code, grams in listed.items() if grams is not None and grams != truth[code]["grams"]]
    assert len(missing) >= 3
    assert len(wrong) >= 3
    assert not LearnedWeight.objects.exists()


def test_every_code_of_the_truth_file_is_read_and_sold(data_dir: Path, quick_pictures: None) -> None:
    call_command("seed_demo", verbosity=0)
    catalogues = [store_catalogue(store.pk) for store in Store.objects.all()]

    for code in truth_of(data_dir)["products"]:
        found = read(code, catalogues[0].rules)

        assert isinstance(found, Read)
        assert any(catalogue.find(found.keys) for catalogue in catalogues)
    assert len(produce_keys(Store.objects.get(code="market").pk)) == 14


def test_without_the_demo_switch_nothing_is_made(settings: Any) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError):
        call_command("seed_demo")

    assert not User.objects.exists()


def test_codes_are_demonstration_codes_with_their_check_digit() -> None:
    assert ean13(1) == "9521000000018"
    assert all(good.code.startswith("952") or len(good.code) == 4 for good in goods())


def test_every_good_has_a_picture_of_its_own() -> None:
    assert len({picture(good) for good in goods()}) == len(goods())
