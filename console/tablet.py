"""The tablet page's views: its shell, its service worker and its manifest; in demo the truth and the camera's scene.

The page itself is static ES modules that speak the wire contract; nothing here knows of trips or baskets.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import PrefixNode
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

FOLDER = Path(__file__).resolve().parent / "static" / "console" / "tablet"
SHEETS = ("tokens", "base", "frame", "screens", "basket", "cards", "dialogs", "checkout", "paying")
DEMO_SHEETS = ("demo",)
SHELL_SUFFIXES = {".js", ".css", ".svg", ".png"}


def shell_files() -> list[Path]:
    """Every static file of the page, in a fixed order."""
    return sorted(path for path in FOLDER.rglob("*") if path.suffix in SHELL_SUFFIXES)


@lru_cache(maxsize=1)
def _kept_version() -> str:
    digest = hashlib.sha256()
    for path in shell_files():
        digest.update(path.relative_to(FOLDER).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def shell_version() -> str:
    """Twelve hex digits over all files: another file, another version, another cache on the tablets."""
    if settings.DEBUG:
        _kept_version.cache_clear()
    return _kept_version()


def _modules(*, demo: bool) -> list[str]:
    """All modules, to be fetched at once: found one import after the other they would take a round trip a level."""
    names = [path.relative_to(FOLDER).as_posix() for path in shell_files() if path.suffix == ".js"]
    return [f"console/tablet/{name}" for name in names if demo or not name.startswith("demo/")]


def _assets() -> str:
    return f"{PrefixNode.handle_simple('STATIC_URL')}console/tablet/"


# zxing's WebAssembly may be compiled on this page, and nowhere else; script stays our own.
@csp_update({"script-src": ["'wasm-unsafe-eval'"]})
@require_safe
@never_cache
def shell(request: HttpRequest) -> HttpResponse:
    """The page: an empty frame that the modules fill."""
    sheets = SHEETS + (DEMO_SHEETS if settings.DEMO else ())
    context = {
        "sheets": [f"console/tablet/css/{name}.css" for name in sheets],
        "modules": _modules(demo=settings.DEMO),
        "api": "/api/v1/",
        "socket": "/ws/cart/",
        "home": reverse("tablet:shell"),
        "version": shell_version(),
        "demo": settings.DEMO,
    }
    return render(request, "console/tablet/shell.html", context)


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    """Served from the page's own folder, so that its scope is the page and nothing else."""
    files = [f"{_assets()}{path.relative_to(FOLDER).as_posix()}" for path in shell_files()]
    context = {"version": shell_version(), "home": reverse("tablet:shell"), "files": files}
    return render(request, "console/tablet/sw.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What makes the page installable."""
    home = reverse("tablet:shell")
    body: dict[str, Any] = {
        "id": home,
        "name": "Smart cart",
        "short_name": "Cart",
        "description": "Scan, put in, pay and go.",
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#f5f3ec",
        "theme_color": "#f5f3ec",
        "icons": [
            {"src": f"{_assets()}icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any maskable"},
            {"src": f"{_assets()}icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
            {"src": f"{_assets()}icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")
