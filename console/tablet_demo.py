"""What the demo's sensor panel asks for: the true products, and the camera's picture of the cart's true content.

Only where settings.DEMO; elsewhere these addresses do not exist. The truth never reaches the server's own judgement.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

logger = logging.getLogger(__name__)
CAMERA_TIMEOUT_S = 1.0
MOST_ITEMS = 500

View = Callable[[HttpRequest], HttpResponse]


def demo_only(view: View) -> View:
    """Hides a view where the demo is off."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request)

    return guarded


def read_truth() -> dict[str, Any]:
    """The demo's truth file, or an empty one where there is none or it cannot be read."""
    path = Path(settings.DATA_DIR) / "demo" / "truth.json"
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        logger.warning("the demo's truth %s cannot be read: %s", path, error)
        return {}
    return truth if isinstance(truth, dict) else {}


def camera_url(truth: dict[str, Any]) -> str | None:
    """Where the simulated camera listens: the origin of its `url`, whatever path that has, or its `port` here."""
    camera = truth.get("camera")
    if not isinstance(camera, dict):
        return None
    if camera.get("url"):
        parts = urlsplit(str(camera["url"]))
        return f"{parts.scheme}://{parts.netloc}"
    return f"http://127.0.0.1:{int(camera['port'])}" if camera.get("port") else None


def picture_url(picture: Any) -> str | None:
    """A picture as an address on our host: it may stand as one already, or as a path below the media folder."""
    if not isinstance(picture, str) or not picture:
        return None
    if picture.startswith((settings.MEDIA_URL, settings.STATIC_URL)):
        return picture
    path = Path(picture)
    if path.is_absolute():
        try:
            path = path.relative_to(settings.MEDIA_ROOT)
        except ValueError:
            return None
    return f"{settings.MEDIA_URL}{quote(path.as_posix())}"


@demo_only
@require_safe
@never_cache
def products(request: HttpRequest) -> JsonResponse:
    """The products with their true weights in grams, for the panel's shelf."""
    found = read_truth().get("products") or {}
    rows = [
        {
            "code": code,
            "name": entry.get("name") or code,
            "grams": float(entry["grams"]),
            "sold_by": entry.get("sold_by", "each"),
            "picture": picture_url(entry.get("picture")),
        }
        for code, entry in found.items()
        if entry.get("grams")
    ]
    return JsonResponse({"results": rows})


def read_scene(body: bytes) -> dict[str, Any] | None:
    """{"cart", "items": [{"code", "quantity"}]} as sent by the panel, or None if it is anything else."""
    try:
        scene = json.loads(body)
        items: list[dict[str, Any]] = [
            {"code": str(item["code"]), "quantity": int(item["quantity"])} for item in scene["items"]
        ]
        cart = str(scene["cart"])
    except (ValueError, TypeError, KeyError):
        return None
    sane = 0 < len(cart) <= 80 and len(items) <= MOST_ITEMS and all(0 < item["quantity"] < 1000 for item in items)
    return {"cart": cart, "items": items} if sane else None


# No session and no authority stand behind this call, so there is nothing that a forged one could borrow; a page of
# another origin cannot send JSON here without asking first.
@csrf_exempt
@demo_only
@require_POST
def scene(request: HttpRequest) -> HttpResponse:
    """Passes the cart's true content on to the simulated camera. The camera's absence is logged and no error."""
    asked = read_scene(request.body) if request.content_type == "application/json" else None
    if asked is None:
        body = {
            "type": "about:blank",
            "title": "Bad scene",
            "status": 400,
            "code": "scene_invalid",
            "detail": 'Send JSON: {"cart": label, "items": [{"code", "quantity"}]}.',
        }
        return JsonResponse(body, status=400, content_type="application/problem+json")
    truth = read_truth()
    url = camera_url(truth)
    shown = url is not None and _show(url, asked, lane=truth["camera"].get("lane"))
    return JsonResponse({"shown": shown})


def _show(url: str, asked: dict[str, Any], *, lane: str | None) -> bool:
    body: dict[str, Any] = {"items": asked["items"]}
    if lane:
        body["lane"] = str(lane)
    try:
        address = f"{url}/scene/{quote(asked['cart'], safe='')}"
        answer = httpx.put(address, json=body, timeout=CAMERA_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError as error:
        logger.warning("the simulated camera did not take the scene of cart %s: %s", asked["cart"], error)
        return False
    if not answer.is_success:
        logger.warning("the simulated camera refused the scene of cart %s: %s", asked["cart"], answer.status_code)
    return answer.is_success
