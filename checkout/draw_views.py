"""The public record of random checks."""

from datetime import date

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from checkout.models.below import Retailer
from checkout.selectors.draws import draws_body


@require_GET
@cache_control(public=True, max_age=600)
def draws(request: HttpRequest, retailer: str, day: str) -> JsonResponse:
    """A retailer's day: commitments from before it, seeds and drawn trips from after it."""
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    found = Retailer.objects.filter(slug=retailer).first()
    body = draws_body(found, asked) if found is not None else {"stores": []}
    if not body["stores"]:
        raise Http404
    return JsonResponse(body)
