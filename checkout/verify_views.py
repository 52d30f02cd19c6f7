"""The public page where anybody can check a receipt, and the keys for who wants to check without us."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods

from checkout.models import KeyPurpose, KeyState, SigningKey
from checkout.presenting import shown
from checkout.receipt_words import words
from checkout.services.verifying import LARGEST, Verdict, file_verify, link_verify
from checkout.signatures import jwk
from checkout.trust_words import trust_words
from checkout.wording import LANGUAGES, language_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def verify_page(request: HttpRequest) -> HttpResponse:
    """By link (`?receipt=`, or the form's), or by a file: PDF, JSON, or a photo of the code on paper."""
    language = _language(request)
    link = request.POST.get("receipt", request.GET.get("receipt", "")).strip()
    file = request.FILES.get("file")
    verdict: Verdict | None = None
    if file is not None:
        verdict = Verdict("unreadable") if (file.size or 0) > LARGEST else file_verify(file.read())
    elif link:
        verdict = link_verify(link[:400])
    told = trust_words(language)
    context = {
        "words": words(language),
        "told": told,
        "language": language,
        "languages": LANGUAGES,
        "verdict": verdict,
        "sentence": told[f"verdict_{verdict.code}"] if verdict else "",
        "receipt": shown(verdict.receipt, language) if verdict and verdict.receipt else None,
        "link": link,
    }
    return render(request, "checkout/verify.html", context)


@require_GET
@cache_control(public=True, max_age=3600)
def verify_keys(request: HttpRequest, retailer: str) -> HttpResponse:
    """The public keys of a retailer's receipts as a JSON Web Key Set; revoked ones are not among them."""
    keys = SigningKey.objects.filter(retailer__slug=retailer, purpose=KeyPurpose.RECEIPT).exclude(
        state=KeyState.REVOKED
    )
    found = [jwk(key.kid, bytes(key.public)) for key in keys]
    if not found:
        raise Http404
    return JsonResponse({"keys": found})


def _language(request: HttpRequest) -> str:
    asked = request.POST.get("lang") or request.GET.get("lang") or ""
    return language_of(asked or request.headers.get("Accept-Language", "").split(",")[0])
