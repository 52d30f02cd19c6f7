"""The shopper's pages: the receipt as page, PDF, JSON and QR; the exit pass as QR. Their addresses can't be guessed."""

from io import BytesIO

import segno
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_POST

from checkout.copies import receipt_json, receipt_pdf, receipt_url
from checkout.errors import PassUnknown
from checkout.models import Receipt
from checkout.page import receipt_view
from checkout.pdf import SHEETS
from checkout.providers.till import till_read
from checkout.services.disputes import dispute_open, dispute_say, dispute_withdraw
from checkout.services.passes import pass_read
from checkout.services.receipt_mail import mail_ask
from inventory.errors import DomainError


@require_GET
@never_cache
def receipt_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """The receipt, in the shopper's language or the one asked for (`?lang=`)."""
    return _page(request, _receipt(public_id))


@require_POST
def receipt_dispute(request: HttpRequest, public_id: str, line: int) -> HttpResponse:
    """One tap: this line is wrong. A second form on the line tells more, or takes it back (`act`)."""
    receipt, now = _receipt(public_id), timezone.now()
    try:
        act = request.POST.get("act", "")
        if act not in {"", "say", "withdraw"}:
            raise Http404
        if not act:
            dispute_open(receipt=receipt, line=line, now=now)
        else:
            dispute = receipt.disputes.filter(line=line).first()
            if dispute is None:
                raise Http404
            if act == "say":
                dispute_say(dispute=dispute, kind=request.POST.get("kind", ""), note=request.POST.get("note", ""))
            else:
                dispute_withdraw(dispute=dispute, now=now)
    except DomainError as error:
        return _page(request, receipt, trouble=error)
    return _back(request, receipt, f"line-{line}")


@require_POST
def receipt_mail(request: HttpRequest, public_id: str) -> HttpResponse:
    """Sends the receipt to the address in the form, once."""
    receipt = _receipt(public_id)
    try:
        address, language = request.POST.get("address", ""), request.POST.get("lang", "")
        mail_ask(receipt=receipt, address=address, language=language, now=timezone.now())
    except DomainError as error:
        return _page(request, receipt, trouble=error)
    return _back(request, receipt, "mail", mailed="1")


@require_GET
@cache_control(private=True, max_age=600)
def receipt_document(request: HttpRequest, public_id: str) -> HttpResponse:
    """The receipt as a document to keep: `?sheet=a4` (default), `a6` or `roll`."""
    receipt, sheet = _receipt(public_id), request.GET.get("sheet", "a4")
    if sheet not in SHEETS:
        raise Http404
    answer = HttpResponse(receipt_pdf(receipt, request.GET.get("lang", ""), sheet), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="receipt-{receipt.number}.pdf"'
    return answer


@require_GET
@cache_control(private=True, max_age=600)
def receipt_data(request: HttpRequest, public_id: str) -> HttpResponse:
    """The receipt as signed data."""
    receipt = _receipt(public_id)
    answer = JsonResponse(receipt_json(receipt), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="receipt-{receipt.number}.json"'
    return answer


@require_GET
@cache_control(private=True, max_age=3600)
def receipt_qr(request: HttpRequest, public_id: str) -> HttpResponse:
    """The receipt's address as a QR."""
    _receipt(public_id)
    return _svg(receipt_url(public_id))


@require_GET
@cache_control(private=True, max_age=600)
def exit_pass_qr(request: HttpRequest, token: str) -> HttpResponse:
    """An exit pass of ours as a QR, for the gate's scanner."""
    try:
        pass_read(token)
    except PassUnknown as error:
        raise Http404 from error
    return _svg(token)


@require_GET
@cache_control(private=True, max_age=600)
def till_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The code of a basket as a QR, for the scanner of a manned till."""
    if till_read(code) is None:
        raise Http404
    return _svg(code)


def _page(request: HttpRequest, receipt: Receipt, trouble: DomainError | None = None) -> HttpResponse:
    language = request.POST.get("lang") or request.GET.get("lang", "")
    view = receipt_view(receipt, language, now=timezone.now(), trouble=trouble)
    context = view | {"mailed": request.GET.get("mailed") == "1"}
    return render(request, "checkout/receipt.html", context, status=trouble.status if trouble else 200)


def _back(request: HttpRequest, receipt: Receipt, place: str, **query: str) -> HttpResponse:
    language = request.POST.get("lang", "")
    told = {"lang": language if language.isalpha() else "", **query}
    pairs = [f"{name}={value}" for name, value in told.items() if value]
    answer = redirect("receipt", receipt.public_id)
    answer["Location"] += (f"?{'&'.join(pairs)}" if pairs else "") + f"#{place}"
    return answer


def _receipt(public_id: str) -> Receipt:
    rows = Receipt.objects.select_related("store", "key", "checkout")
    receipt: Receipt | None = rows.filter(public_id=public_id).first()
    if receipt is None:
        raise Http404
    return receipt


def _svg(text: str) -> HttpResponse:
    buffer = BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", scale=6, border=2, xmldecl=False)
    return HttpResponse(buffer.getvalue(), content_type="image/svg+xml")
