"""Errors on the HTTP edge: problem details (RFC 9457) with stable codes, made in one place."""

from typing import Any

from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler

from inventory.errors import DomainError

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict",
    410: "Gone",
    415: "Unsupported media type",
    422: "Not processable",
    429: "Too many requests",
}


def problem(
    status: int, code: str, detail: str, *, fields: Any = None, headers: dict[str, str] | None = None
) -> Response:
    """An answer of type application/problem+json; `fields` tells what is wrong with which field."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if fields is not None:
        body["fields"] = fields
    return Response(body, status=status, content_type="application/problem+json", headers=headers)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook: turns domain errors and DRF's own into problems; anything else stays a fault of ours (500)."""
    if isinstance(error, DomainError):
        return problem(error.status, error.code, error.detail, headers=error.headers)
    if isinstance(error, exceptions.ValidationError):
        return problem(400, "invalid", "Some fields are not valid.", fields=error.detail)
    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.APIException):
        code, detail = str(error.default_code), str(error.detail)
    else:
        code, detail = "not_found" if response.status_code == 404 else "not_allowed", TITLES[response.status_code]
    headers = {name: value for name, value in response.items() if name in {"WWW-Authenticate", "Retry-After", "Allow"}}
    return problem(response.status_code, code, detail, headers=headers)
