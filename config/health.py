"""Whether the process lives, whether it can serve, and errors below /api/ as problems."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from inventory.imaging import decoding_engines


@require_GET
def healthz(request: HttpRequest) -> JsonResponse:
    """Alive: nothing else is asked."""
    return JsonResponse({"status": "ok"})


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and is migrated, files can be written; says which barcode readers there are."""
    checks: dict[str, Any] = {"database": _database(), "files": _files()}
    ready = all(value == "ok" for value in checks.values())
    checks["barcode_readers"] = decoding_engines()
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": checks}, status=200 if ready else 503)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Problem details below /api/, a page elsewhere."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found",
                "detail": "There is no such address. /api/docs/ lists them."}  # fmt: skip
        return JsonResponse(body, status=404, content_type="application/problem+json")
    return render(request, "404.html", status=404)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception as error:
        return f"unreachable: {type(error).__name__}"
    return f"{len(missing)} migrations missing: run manage.py migrate" if missing else "ok"


def _files() -> str:
    try:
        name = default_storage.save("readyz", ContentFile(b""))
        default_storage.delete(name)
    except OSError as error:
        return f"not writable: {error.strerror}"
    return "ok"
