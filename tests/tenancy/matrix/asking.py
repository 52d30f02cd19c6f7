"""Asking one cell of the matrix, and what may be compared of an answer."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from django.core.handlers.base import BaseHandler
from django.db import transaction
from django.test import RequestFactory

from tests.tenancy.matrix.table import JSON, Row
from tests.tenancy.matrix.world import Principal, World

PART = re.compile(r"<(?:\w+:)?(\w+)>")
# What differs from answer to answer and tells nothing: forms' tokens, script nonces, moments.
CHANGING = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|data-csrf="\w+"|nonce-[\w+/=-]+|nonce="[\w+/=-]+"'
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"
)
UNTOLD = {"X-Request-ID", "Content-Length", "Date"}


@dataclass(frozen=True)
class Answer:
    """Status, headers and body, without what may differ between two answers that tell the same."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


def parts_of(route: str) -> list[str]:
    """The names of an address's parts."""
    return PART.findall(route)


def address(route: str, parts: dict[str, Any]) -> str:
    return "/" + PART.sub(lambda found: str(parts[found[1]]), route)


def ask(world: World, row: Row, principal: Principal, which: str = "real", **instead: Any) -> Answer:
    """The answer to this principal; whatever the call did is undone. `which` parts: real, or absent."""
    parts = world.parts[which] | instead
    path, client = address(row.route, parts), principal.client
    body = json.dumps(row.data) if row.sends == JSON and row.data is not None else row.data or ""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers: Any = {**client.defaults, "HTTP_COOKIE": cookies}
    request = RequestFactory(headers=dict(row.headers)).generic(
        row.method, path, body, content_type=row.sends, **headers
    )
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # as the test client has it
    # Not the client's own way: it copies the context of each template that is drawn.
    with transaction.atomic():
        response: Any = _handler().get_response(request)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    named = parts_of(row.route)
    asked = [path, quote(path, safe=""), *(str(parts[name]) for name in named)] if named else []
    told = tuple(sorted((name, _plain(value, asked)) for name, value in response.items() if name not in UNTOLD))
    return Answer(response.status_code, told, _plain(content.decode("utf-8", "replace"), asked))


@cache
def _handler() -> BaseHandler:
    handler = BaseHandler()
    handler.load_middleware()
    return handler


def _plain(text: str, asked: list[str]) -> str:
    """Without what was asked for, which an answer may repeat; ids of few digits are repeated in addresses only."""
    for value in asked:
        if len(value) > 3:
            text = text.replace(value, "(asked)")
    return CHANGING.sub("(changing)", text)
