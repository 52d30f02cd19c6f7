"""A log line carries the ids of the work it was made in, and no secret, whoever logged it."""

import json
import logging
import logging.config
from collections.abc import Iterator
from io import StringIO

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from structlog.contextvars import bound_contextvars

from config.logs import logging_config
from config.request_ids import request_ids

SECRETS = ("s3cr3t-of-a-cart", "s3cr3t-of-a-key")


@pytest.fixture
def out() -> Iterator[StringIO]:
    """What the process would print as JSON."""
    written = StringIO()
    config = logging_config(form="json", level="INFO")
    formatter = logging.config.DictConfigurator(config).configure_formatter(config["formatters"]["line"])
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.logs")
    logger.setLevel("INFO")
    logger.addHandler(handler)
    yield written
    logger.removeHandler(handler)


def test_a_line_is_one_object_with_the_ids_of_what_went_on(out: StringIO) -> None:
    with bound_contextvars(cart="C-02", trip="t1"):
        logging.getLogger("tests.logs").warning("cart %s came back\nin two lines", "C-02")

    [line] = out.getvalue().splitlines()
    record = json.loads(line)
    assert record["event"] == "cart C-02 came back\nin two lines"
    assert (record["cart"], record["trip"], record["level"]) == ("C-02", "t1", "warning")


@pytest.mark.parametrize(
    "said",
    [
        f"GET /x?token={SECRETS[0]}&a=1",
        f"Authorization: Bearer {SECRETS[0]}",
        f'{{"password": "{SECRETS[0]}"}}',
        f"ticket={SECRETS[0]} api_key: {SECRETS[1]}",
    ],
)
def test_a_secret_in_a_text_is_blanked(out: StringIO, said: str) -> None:
    logging.getLogger("tests.logs").warning(said)

    assert not any(secret in out.getvalue() for secret in SECRETS)


def test_a_secret_in_a_traceback_or_under_a_telling_key_is_blanked(out: StringIO) -> None:
    with bound_contextvars(device_token=SECRETS[0], nested={"cookie": SECRETS[1]}):
        try:
            raise ValueError(f"bad token={SECRETS[0]}")
        except ValueError:
            logging.getLogger("tests.logs").exception("failed")

    assert "ValueError" in out.getvalue()
    assert not any(secret in out.getvalue() for secret in SECRETS)


def ask(number: str | None) -> tuple[HttpResponse, dict[str, object]]:
    """One request through the middleware: its answer, and what was bound meanwhile."""
    bound: dict[str, object] = {}

    def view(request: HttpRequest) -> HttpResponse:
        from structlog.contextvars import get_contextvars

        bound.update(get_contextvars())
        return HttpResponse("ok")

    request = RequestFactory().get("/", headers={"X-Request-ID": number} if number else {})
    return request_ids(view)(request), bound  # type: ignore[return-value]


def test_the_proxys_id_of_a_request_is_kept() -> None:
    response, bound = ask("from-the-proxy.1")

    assert response["X-Request-ID"] == bound["request"] == "from-the-proxy.1"


@pytest.mark.parametrize("number", [None, "", "two words", "x" * 65, "line\tbreak"])
def test_a_request_without_a_sound_id_is_given_one(number: str | None) -> None:
    response, bound = ask(number)

    assert response["X-Request-ID"] == bound["request"] != number
    assert len(response["X-Request-ID"]) == 32
