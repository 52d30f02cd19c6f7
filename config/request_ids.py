"""Every request has an id: the proxy's, or one of ours. It stands in the answer and in every line logged meanwhile."""

import re
import uuid
from collections.abc import Awaitable, Callable
from inspect import iscoroutinefunction

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import sync_and_async_middleware
from structlog.contextvars import bound_contextvars

HEADER = "X-Request-ID"
SOUND = re.compile(r"[A-Za-z0-9._-]{1,64}")


def id_of(request: HttpRequest) -> str:
    """The id that came with the request if it is a sound one (letters, digits, `._-`, 64 at most), else a new one."""
    told = request.headers.get(HEADER, "")
    return told if SOUND.fullmatch(told) else uuid.uuid4().hex


@sync_and_async_middleware
def request_ids(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase] | Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    """Middleware, the outermost."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> HttpResponseBase:
            number = id_of(request)
            with bound_contextvars(request=number):
                response: HttpResponse = await get_response(request)
            response[HEADER] = number
            return response

        return answer_async

    def answer(request: HttpRequest) -> HttpResponseBase:
        number = id_of(request)
        with bound_contextvars(request=number):
            response = get_response(request)
        response[HEADER] = number
        return response

    return answer
