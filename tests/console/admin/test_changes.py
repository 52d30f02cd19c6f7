"""What people change in the admin: scoped, audited, and seen by the carts."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from carts.models import Cart, Device, EnrolmentCode
from carts.services.enrolment import device_enrol
from checkout.cameras.sealing import unseal
from checkout.models import Camera, OutboxMessage
from inventory.models import (
    AuditEntry,
    Barcode,
    CatalogueImport,
    Lane,
    LearnedWeight,
    Membership,
    Price,
    Product,
    Promotion,
    Role,
    Store,
)
from inventory.services.audit import audit_verify
from tests.console.admin.conftest import World
from tests.inventory.world import NOW, make_person


def product_form(product: Product, **changes: Any) -> dict[str, Any]:
    plain = {
        "name": product.name, "code": product.code, "brand": "", "category": product.category_id, "active": "on",
        "sold_by": "each", "net_weight_g": "1030", "gross_weight_g": "1062", "packaging": "carton",
        "tax_rate_bp": "1000", "deposit_minor": "0", "recalled_batches": "[]",
    }  # fmt: skip
    for prefix in ("barcodes", "pictures", "prices"):
        plain |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return plain | changes


def test_a_changed_product_is_audited_with_before_and_after_and_reaches_the_stores(
    world: World, as_mia: Client
) -> None:
    product, version = world.ours[Product], Store.objects.get(pk=world.store.pk).catalogue_version

    answer = as_mia.post(
        reverse("admin:inventory_product_change", args=[product.pk]), product_form(product, name="Oat drink barista")
    )

    entry = AuditEntry.objects.filter(subject=f"product:{product.pk}", action="product.change").latest("id")
    assert answer.status_code == 302
    assert entry.detail["fields"]["name"] == [product.name, "Oat drink barista"]
    assert entry.actor == world.mia
    assert Product.objects.get(pk=product.pk).search_text == "oat drink barista"
    assert Store.objects.get(pk=world.store.pk).catalogue_version > version
    assert audit_verify(retailer_id=world.store.retailer_id).broken_at is None


def test_a_code_is_taken_as_printed_and_a_wrong_one_is_refused(world: World, as_mia: Client) -> None:
    product = world.ours[Product]
    address = reverse("admin:inventory_product_change", args=[product.pk])
    row = {"barcodes-TOTAL_FORMS": 1, "barcodes-0-pack_quantity": "6", "barcodes-0-product": product.pk}

    refused = as_mia.post(address, product_form(product, **row, **{"barcodes-0-key": "9521000000019"}))
    taken = as_mia.post(address, product_form(product, **row, **{"barcodes-0-key": "9521000000025"}))

    assert refused.status_code == 200
    assert taken.status_code == 302
    barcode = Barcode.objects.get(product=product, pack_quantity=6)
    assert (barcode.key, barcode.retailer_id) == ("09521000000025", world.store.retailer_id)


def test_a_price_is_written_as_people_write_it(world: World, as_mia: Client) -> None:
    form = {
        "store": world.store.pk, "product": world.ours[Product].pk, "amount": "2,49",
        "valid_from_0": "2027-01-01", "valid_from_1": "00:00:00",
    }  # fmt: skip

    wrong = as_mia.post(reverse("admin:inventory_price_add"), form | {"amount": "2.499"})
    answer = as_mia.post(reverse("admin:inventory_price_add"), form)

    assert wrong.status_code == 200
    assert answer.status_code == 302
    assert Price.objects.get(valid_from__year=2027).amount_minor == 249


def test_a_price_that_has_begun_cannot_be_changed(world: World, as_mia: Client) -> None:
    price = world.ours[Price]

    answer = as_mia.post(reverse("admin:inventory_price_change", args=[price.pk]), {"amount": "0.01"})

    assert answer.status_code == 403
    assert Price.objects.get(pk=price.pk).amount_minor == price.amount_minor


def test_a_form_cannot_reach_into_another_retailer(world: World, as_mia: Client) -> None:
    form = {"store": world.store.pk, "amount": "2.49", "valid_from_0": "2027-01-01", "valid_from_1": "00:00:00"}

    answers = [
        as_mia.post(reverse("admin:inventory_price_add"), form | {"product": world.foreign[Product].pk}),
        as_mia.post(reverse("admin:inventory_lane_add"), {"store": world.foreign[Store].pk, "name": "Lane 9"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not Price.objects.filter(valid_from__year=2027).exists()
    assert not Lane.objects.filter(name="Lane 9").exists()


def test_even_a_superuser_cannot_tie_two_retailers_together(world: World, as_ada: Client) -> None:
    form = {
        "store": world.store.pk, "product": world.foreign[Product].pk, "amount": "2.49",
        "valid_from_0": "2027-01-01", "valid_from_1": "00:00:00",
    }  # fmt: skip

    answer = as_ada.post(reverse("admin:inventory_price_add"), form)

    assert "different retailers" in answer.content.decode()


def test_a_promotion_that_pricing_cannot_read_is_refused_with_the_reason(world: World, as_mia: Client) -> None:
    form = {"store": world.store.pk, "name": "Odd", "code": "odd", "active": "on", "rule": '{"kind": "gift"}'}

    answer = as_mia.post(reverse("admin:inventory_promotion_add"), form)

    assert "gift" in answer.content.decode()
    assert not Promotion.objects.filter(code="odd").exists()


def test_an_enrolment_code_is_made_by_a_post_only_and_enrols_the_cart_once(world: World, as_mia: Client) -> None:
    cart = world.ours[Cart]
    address = reverse("admin:carts_cart_change", args=[cart.pk]).replace("change/", "enrolment_code/")
    before = EnrolmentCode.objects.count()

    asked = as_mia.get(address)
    made = as_mia.post(address)

    page = made.content.decode()
    code = re.findall(r"data-code>([^<]+)<", page)[0]
    assert asked.status_code == 200
    assert EnrolmentCode.objects.count() == before + 1
    assert "<svg" in page
    assert device_enrol(code=code, now=NOW).device.cart_id == cart.pk
    assert code not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_a_revoked_cart_has_no_credential_left(world: World, as_mia: Client) -> None:
    cart = world.ours[Cart]
    address = reverse("admin:carts_cart_change", args=[cart.pk]).replace("change/", "revoke/")

    as_mia.get(address)
    kept = Device.objects.filter(cart=cart, revoked_at=None).exists()
    as_mia.post(address)

    assert kept
    assert not Device.objects.filter(cart=cart, revoked_at=None).exists()


def test_another_retailers_cart_cannot_be_enrolled(world: World, as_mia: Client) -> None:
    from django.contrib import admin
    from django.http import Http404
    from django.test import RequestFactory

    request = RequestFactory().post("/")
    request.user = world.mia

    with pytest.raises(Http404):
        admin.site._registry[Cart].enrolment_code(request, object_id=str(world.foreign[Cart].pk))  # type: ignore[attr-defined]


def test_a_cameras_password_goes_in_and_never_comes_out(world: World, as_mia: Client) -> None:
    camera = world.ours[Camera]
    address = reverse("admin:checkout_camera_change", args=[camera.pk])
    form = {
        "store": world.store.pk, "lane": camera.lane_id, "name": camera.name, "active": "on", "adapter": "http",
        "url": camera.url, "username": "viewer", "zone": "[]",
    }  # fmt: skip

    as_mia.post(address, form | {"password": "s3same-open"})
    as_mia.post(address, form | {"username": "viewer2"})

    camera.refresh_from_db()
    told = as_mia.get(address).content.decode() + str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert unseal(camera.password_sealed) == "s3same-open"
    assert camera.username == "viewer2"
    assert "s3same-open" not in told


def test_a_manager_cannot_appoint_above_the_own_role_or_beyond_the_own_reach(world: World, as_mia: Client) -> None:
    ben = world.ours[Membership].user
    wanted = [
        {"user": ben.pk, "role": Role.OPERATOR},
        {"user": ben.pk, "role": Role.MANAGER, "retailer": world.foreign[Store].retailer_id},
        {"user": world.foreign[Membership].user_id, "role": Role.ASSOCIATE, "retailer": world.store.retailer_id},
        {"user": world.ada.pk, "role": Role.ASSOCIATE, "retailer": world.store.retailer_id},
    ]
    before = Membership.objects.count()

    answers = [as_mia.post(reverse("admin:inventory_membership_add"), form) for form in wanted]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert Membership.objects.count() == before


def test_a_manager_of_one_store_cannot_appoint_for_all_stores(world: World) -> None:
    sam = User.objects.create(username="sam", is_staff=True)
    Membership.objects.create(user=sam, role=Role.MANAGER, retailer=world.store.retailer, store=world.store)
    client = Client()
    client.force_login(sam)
    form = {"user": world.ours[Membership].user_id, "role": Role.MANAGER, "retailer": world.store.retailer_id}

    answer = client.post(reverse("admin:inventory_membership_add"), form)

    assert answer.status_code == 200
    assert not Membership.objects.filter(user=world.ours[Membership].user, store=None).exists()


def test_a_manager_can_neither_see_nor_change_a_superuser_or_become_one(world: World, as_mia: Client) -> None:
    mine = reverse("admin:auth_user_change", args=[world.mia.pk])
    rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}

    other = as_mia.get(reverse("admin:auth_user_change", args=[world.ada.pk]))
    as_mia.post(mine, {"username": "mia", "is_superuser": "on", "is_active": "on", "is_staff": "on", **rows})

    assert other.status_code == 302
    assert not User.objects.get(pk=world.mia.pk).is_superuser


def test_a_dead_message_is_sent_again(world: World, as_ada: Client) -> None:
    message = world.ours[OutboxMessage]
    address = reverse("admin:checkout_outboxmessage_change", args=[message.pk]).replace("change/", "replay/")

    as_ada.post(address)

    message.refresh_from_db()
    assert message.dead_at is None


def test_a_learned_weight_is_forgotten(world: World, as_mia: Client) -> None:
    weight = world.ours[LearnedWeight]
    address = reverse("admin:inventory_learnedweight_change", args=[weight.pk]).replace("change/", "forget/")

    as_mia.post(address)

    assert not LearnedWeight.objects.filter(pk=weight.pk).exists()


def test_a_catalogue_is_checked_first_and_applied_when_told(world: World, as_mia: Client, settings: Any) -> None:
    settings.MEDIA_ROOT = settings.STATIC_ROOT
    file = SimpleUploadedFile("goods.csv", b"ean,bezeichnung,preis\n9521000000025,Almond drink,2.49\n")

    checked = as_mia.post(reverse("admin:inventory_catalogueimport_add"), {"store": world.store.pk, "file": file})
    nothing_yet = Product.objects.filter(code="9521000000025").exists()
    applied = as_mia.post(checked["Location"], {"apply": "1"})

    assert not nothing_yet
    assert Product.objects.get(code="9521000000025").name == "Almond drink"
    assert CatalogueImport.objects.latest("id").state == "applied"
    assert as_mia.post(applied["Location"], {"apply": "1"}).status_code == 302
    assert Price.objects.filter(product__code="9521000000025").count() == 1


def test_who_waits_for_a_file_hears_how_far_it_is_and_nobody_else_does(
    world: World, as_mia: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    file = SimpleUploadedFile("goods.csv", b"ean,bezeichnung,preis\n9521000000025,Almond drink,2.49\n")
    page = as_mia.get(reverse("admin:inventory_catalogueimport_add"))
    asked = page.context["progress"]

    as_mia.post(page.request["PATH_INFO"], {"store": world.store.pk, "file": file, "progress": asked["token"]})

    assert asked["address"] in page.content.decode()
    assert as_mia.get(asked["address"]).json() == {"text": "checking 1 rows …"}
    other = Client()
    assert other.get(asked["address"]).status_code == 302
    person = make_person("other", Role.MANAGER, store=world.store)
    person.is_staff = True
    person.save()
    other.force_login(person)
    assert other.get(asked["address"]).json() == {"text": ""}
