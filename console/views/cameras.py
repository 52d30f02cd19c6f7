"""Cameras of a store: see that they work, and draw the cart's zone of each lane."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.errors import ZoneInvalid
from checkout.services.cameras import CameraError, camera_tag_zone_set, camera_test, camera_zone_set
from console.access import StaffRequest, staff_page
from console.shell import shell
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require, stores_for


@require_GET
@staff_page
def cameras(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The list; pictures are fetched one by one, when somebody asks for them."""
    store = require(request.user, Action.MANAGE_CARTS, store_id)
    rows = store.cameras.select_related("lane").order_by("lane__name", "name")
    page = {"cameras": [(camera, json.dumps(camera.zone)) for camera in rows]}
    return render(request, "console/cameras.html", shell(request, store, "cameras") | page)


@require_POST
@staff_page
def picture(request: StaffRequest, camera_id: uuid.UUID) -> HttpResponseBase:
    """A picture as the camera gives it now, kept nowhere; a sentence that says why there is none."""
    camera = _camera_for(request, camera_id, Action.SEE_PICTURES)
    try:
        opened = camera_test(camera=camera, staff=request.user, whole=True, now=timezone.now())
    except CameraError as error:
        return HttpResponse(error.detail, status=502, content_type="text/plain; charset=utf-8")
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    if opened.tag:
        headers["X-Cart-Tag"] = json.dumps(opened.tag)
    return HttpResponse(opened.picture, content_type="image/jpeg", headers=headers)


@require_POST
@staff_page
def zone(request: StaffRequest, camera_id: uuid.UUID) -> HttpResponseBase:
    """Sets the zone; JSON [[x, y], …] in the form's field `zone`. With a tag's corners in `tag` it moves with it."""
    camera = _camera_for(request, camera_id, Action.MANAGE_CARTS)
    try:
        corners = [(float(x), float(y)) for x, y in json.loads(request.POST.get("zone", ""))]
        tag = [(float(x), float(y)) for x, y in json.loads(request.POST.get("tag") or "[]")]
    except (ValueError, TypeError) as error:
        raise ZoneInvalid from error
    if "tag" in request.POST:
        camera_tag_zone_set(camera=camera, zone=corners, tag=tag, staff=request.user, now=timezone.now())
    else:
        camera_zone_set(camera=camera, zone=corners, staff=request.user, now=timezone.now())
    return HttpResponse(status=204)


def _camera_for(request: StaffRequest, camera_id: uuid.UUID, action: Action) -> Any:
    reach = stores_for(request.user, Action.MANAGE_CARTS) & stores_for(request.user, action)
    store = reach.filter(cameras__id=camera_id).first()
    if store is None:
        raise NotFound("There is no such camera, or your role does not reach it.")
    return store.cameras.select_related("store").get(id=camera_id)
