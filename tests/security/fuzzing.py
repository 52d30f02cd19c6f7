"""What Schemathesis makes of our OpenAPI: its cases sent in-process, each undone afterwards."""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings

PROBLEM = "application/problem+json"


def operations() -> Iterator[Any]:
    """Every operation that the schema describes; raises for one that Schemathesis can't read."""
    schema: Any = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    for result in schema.get_all_operations():
        yield result.ok()


def faults(operation: Any, *, headers: dict[str, str], real: Mapping[str, Any], cases: int) -> list[str]:
    """What was answered that must not be, a line each: 5xx, and refusals that are no problem details.

    Every other case is about things that are there (`real`, by the name of the address's part).
    """
    wrong: list[str] = []
    numbers = count()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=cases, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Any) -> None:
        if next(numbers) % 2 == 0:
            case.path_parameters |= {name: str(real[name]) for name in case.path_parameters if name in real}
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        kind = answer.headers.get("content-type", [""])[0]
        if answer.status_code >= 500 or (answer.status_code >= 400 and not kind.startswith(PROBLEM)):
            wrong.append(f"{operation.label}: {answer.status_code} {kind}: {case.as_curl_command()}")

    send()
    return wrong
