"""Pictures: those of carts only by a ticket made for one person, those of products for everybody, no file otherwise."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import FileField
from django.utils import timezone

from checkout.models import Escalation, Frame
from console.frames import ticket_make
from inventory.access import ROLES, Action
from tests.tenancy.matrix.asking import ask
from tests.tenancy.matrix.table import Row, public
from tests.tenancy.matrix.test_addresses import difference
from tests.tenancy.matrix.world import REACHING, Relation, World

FRAME = Row("GET", "console/frames/<str:ticket>/", 200, staff=True)
# Every field that holds a file: whether its file has a public address.
FILES = {
    "inventory.ProductPicture.image": "public", "checkout.Frame.image": "by ticket",
    "inventory.CatalogueImport.file": "none",
}  # fmt: skip


def test_each_field_that_holds_files_is_listed() -> None:
    fields = (f for model in apps.get_models() for f in model._meta.concrete_fields if isinstance(f, FileField))

    assert {f"{field.model._meta.label}.{field.name}" for field in fields} == set(FILES)


def test_a_ticket_opens_its_picture_for_whom_it_was_made_where_the_role_reaches(world: World, monkeypatch: Any) -> None:
    monkeypatch.setattr("console.views.frames.frame_read", lambda frame, now: b"a picture")
    ids = {"frame_id": world.rows[Frame].pk, "escalation_id": world.rows[Escalation].pk}
    ben, now, wrong = world.one("associate"), timezone.now(), []
    for one in world.people:
        if one.user is None:
            continue
        own = ticket_make(**ids, user_id=one.user.pk, now=now)
        answer = ask(world, FRAME, one, ticket=own)
        allowed = one.kind == "superuser" or Action.SEE_PICTURES in ROLES[one.kind]  # type: ignore[index]
        if allowed and one.relation in REACHING:
            wrong += [] if answer.body == "a picture" else [f"{one} gets {answer.status} for an own ticket"]
            # A ticket that was made for another: as one that nobody made.
            if one.user != ben.user:
                assert ben.user is not None
                others = ask(world, FRAME, one, ticket=ticket_make(**ids, user_id=ben.user.pk, now=now))
                absent = ask(world, FRAME, one, ticket="a~b")
                wrong += [] if (others.status, others) == (404, absent) else [f"{one}: {difference(others, absent)}"]
        elif one.relation == Relation.REVOKED:
            wrong += [] if answer.status == 302 else [f"{one} gets {answer.status}"]
        else:
            wrong += [] if answer.status == 404 else [f"{one} gets {answer.status}"]

    assert "\n".join(wrong) == ""


def test_no_file_but_products_pictures_has_an_address(world: World, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    for name in ("frames/a.jpg", "imports/a.csv", "products/../frames/a.jpg", "products/%2e%2e/frames/a.jpg"):
        assert ask(world, public("GET", "media/" + name, 404), world.people[-1]).status in {400, 404}
