"""Pictures of barcodes over REST."""

from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from carts.models import Cart
from carts.services.enrolment import device_enrol, enrolment_code_create
from tests.inventory.world import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
MILK, FOREIGN = "4006381333931", "4000417025005"


def picture(code: str) -> SimpleUploadedFile:
    bars = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(bars, scale=4))
    canvas = Image.new("L", (drawn.width + 200, drawn.height + 200), 255)
    canvas.paste(drawn, (100, 100))
    buffer = BytesIO()
    canvas.save(buffer, "PNG")
    return SimpleUploadedFile("code.png", buffer.getvalue(), "image/png")


@pytest.fixture
def ana(client: Client) -> Any:
    """Ana's phone asks; returns status and body."""
    store = make_store()
    make_product(store, "Milk 1 l", MILK)
    cart = Cart.objects.create(store=store, label="P1")
    token = device_enrol(code=enrolment_code_create(store_id=store.pk, cart_id=cart.pk, now=NOW), now=NOW).token

    def ask(image: SimpleUploadedFile) -> tuple[int, dict[str, Any]]:
        answer = client.post("/api/v1/scan/image", {"image": image}, headers={"Authorization": f"Device {token}"})
        return answer.status_code, answer.json()

    return ask


def test_a_code_in_a_picture_is_read_and_named(ana: Any) -> None:
    status, body = ana(picture(MILK))

    assert status == 200
    assert [product["name"] for product in body["products"]] == ["Milk 1 l"]


def test_a_code_that_the_store_does_not_sell_does_not_count(ana: Any) -> None:
    assert ana(picture(FOREIGN)) == (200, {"code": None, "products": []})


def test_a_file_that_is_no_picture_is_refused_with_its_code(ana: Any) -> None:
    status, body = ana(SimpleUploadedFile("code.png", b"not a picture", "image/png"))

    assert (status, body["code"]) == (400, "image_unreadable")
