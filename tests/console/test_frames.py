"""Pictures of carts: by a ticket, for one person, for minutes, with a note in the audit log."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import User
from django.test import Client

from checkout.models import Frame
from console.frames import ticket_make, ticket_read
from inventory.models import AuditEntry, Membership
from tests.console.world import World, add_frame, make_trip, send_to_review

Login = Callable[[User], Client]


@pytest.fixture
def frame(world: World, now: datetime) -> Frame:
    review = send_to_review(world, make_trip(world, world.carts[0], ["1001"], now), now)
    return add_frame(world, review, now, codes=["1001"], size=300)


def link(frame: Frame, user: User, now: datetime) -> str:
    ticket = ticket_make(frame_id=frame.pk, escalation_id=frame.escalation_id, user_id=user.pk, now=now)
    return f"/console/frames/{ticket}/"


def test_the_review_shows_the_picture_by_a_link_that_works(
    world: World, login: Login, frame: Frame, now: datetime
) -> None:
    client = login(world.ben)

    page = client.get(f"/console/reviews/{frame.escalation_id}/")
    url = page.context["review"].pictures[0].url
    picture = client.get(unquote(url))

    assert url in page.text
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert picture.content.startswith(b"\xff\xd8")
    assert "no-store" in picture["Cache-Control"]


def test_every_look_at_a_picture_is_in_the_audit_log(world: World, login: Login, frame: Frame, now: datetime) -> None:
    login(world.ben).get(link(frame, world.ben, now))

    entry = AuditEntry.objects.get(action="frame.see")
    assert (entry.actor, entry.subject, entry.store) == (world.ben, f"frame:{frame.pk}", world.store)


def test_a_link_made_for_another_person_shows_nothing(world: World, login: Login, frame: Frame, now: datetime) -> None:
    assert login(world.sue).get(link(frame, world.ben, now)).status_code == 404


def test_a_link_of_somebody_who_lost_the_role_shows_nothing(
    world: World, login: Login, frame: Frame, now: datetime
) -> None:
    Membership.objects.filter(user=world.ben).delete()

    assert login(world.ben).get(link(frame, world.ben, now)).status_code == 404


def test_a_link_ends_within_ten_minutes(world: World, frame: Frame, now: datetime) -> None:
    ticket = ticket_make(frame_id=frame.pk, escalation_id=frame.escalation_id, user_id=world.ben.pk, now=now)

    assert ticket_read(ticket, user_id=world.ben.pk, now=now + timedelta(minutes=5)) is not None
    assert ticket_read(ticket, user_id=world.ben.pk, now=now + timedelta(minutes=10, seconds=1)) is None


def test_a_link_that_was_changed_shows_nothing(world: World, frame: Frame, now: datetime) -> None:
    ticket = ticket_make(frame_id=frame.pk, escalation_id=frame.escalation_id, user_id=world.ben.pk, now=now)

    assert ticket_read(ticket.replace(ticket[:4], "0000"), user_id=world.ben.pk, now=now) is None
    assert ticket_read("nonsense", user_id=world.ben.pk, now=now) is None


@pytest.mark.parametrize("field", ["deleted_at", "delete_after"])
def test_a_picture_past_its_date_is_gone_even_with_a_link(
    world: World, login: Login, frame: Frame, now: datetime, field: str
) -> None:
    Frame.objects.filter(id=frame.pk).update(**{field: now - timedelta(seconds=1)})
    client = login(world.ben)

    answer = client.get(link(frame, world.ben, now))
    page = client.get(f"/console/reviews/{frame.escalation_id}/")

    assert answer.status_code == 404
    assert "This picture was deleted on its date." in page.text


def test_a_picture_whose_file_is_missing_is_gone_and_not_a_fault(
    world: World, login: Login, frame: Frame, now: datetime
) -> None:
    frame.image.storage.delete(str(frame.image.name))

    assert login(world.ben).get(link(frame, world.ben, now)).status_code == 404
