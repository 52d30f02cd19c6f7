"""The stream's AsyncAPI document."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from carts.protocol.asyncapi import document


@require_GET
def stream_schema(request: HttpRequest) -> JsonResponse:
    """AsyncAPI 3.0, made from the message types."""
    return JsonResponse(document(), json_dumps_params={"indent": 2, "ensure_ascii": False})
