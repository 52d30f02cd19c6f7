"""REST for a retailer's own systems: the order feed, business days, and the schemas of webhooks."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import authentication, permissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.errors import CredentialInvalid
from checkout.exports import day_csv, day_poslog
from checkout.models import BusinessDay
from checkout.models.below import Retailer, Store
from checkout.order_schemas import DATA, event_schema, order_schema
from checkout.selectors.orders import MOST, feed_csv, feed_page
from checkout.services.business_days import DayInvalid, day_close
from checkout.services.order_feed import feed_extend, token_holder
from inventory.access import Scope
from inventory.errors import DomainError, NotFound
from inventory.services.rates import rate_take

FEED = [
    OpenApiParameter("cursor", str, description="Of the last page; without it, from the beginning."),
    OpenApiParameter("limit", int, description=f"1 to {MOST}; 100 without it."),
    OpenApiParameter("store", str, description="Only this store's code."),
    OpenApiParameter("as", str, enum=["json", "csv"]),
]


class RetailerPrincipal:
    """What DRF calls a user: a retailer's system."""

    is_authenticated = True

    def __init__(self, retailer: Retailer, scopes: frozenset[str]) -> None:
        self.retailer, self.scopes = retailer, scopes
        self.pk = retailer.pk


class ScopeMissing(DomainError):
    code = "scope_missing"
    status = 403


class HasScope(permissions.BasePermission):
    """The token has the scope that the view's method asks for; asked before anything is looked up."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Raises ScopeMissing. A method that the view does not have is refused as such later."""
        wanted: Scope | None = view.scopes.get(request.method)
        if wanted is not None and wanted not in request.user.scopes:  # type: ignore[union-attr]
            raise ScopeMissing(f"This token lacks the scope {wanted}.")
        return True


class ExportAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer smartcart_…`."""

    def authenticate(self, request: Request) -> tuple[Any, Retailer] | None:
        """None without the header; raises CredentialInvalid for a token that is unknown or revoked, TooMany."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token_holder(text.strip(), now=timezone.now())
        if token is None:
            raise CredentialInvalid(headers={"WWW-Authenticate": "Bearer"})
        retailer: Retailer = token.retailer
        limit = settings.API_CALLS_PER_MINUTE
        rate_take(retailer_id=retailer.pk, kind="system", limit=limit, now=timezone.now())
        return RetailerPrincipal(retailer, frozenset(token.scopes.split())), retailer

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ExportScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "checkout.export_apis.ExportAuthentication"
    name = "RetailerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class _Export(APIView):
    authentication_classes = [ExportAuthentication]
    permission_classes = [permissions.IsAuthenticated, HasScope]
    scopes: ClassVar[Mapping[str, Scope]]


class OrdersView(_Export):
    """Paid orders and what became of them, in an order without holes. Keep the cursor, and ask again with it."""

    scopes = {"GET": Scope.READ_ORDERS}

    @extend_schema(operation_id="orders_list", parameters=FEED, responses=OpenApiTypes.OBJECT, tags=["export"])
    def get(self, request: Request) -> HttpResponse:
        retailer: Any = request.auth
        asked = request.query_params
        limit = asked.get("limit", "100")
        size = min(MOST, max(1, int(limit))) if limit.isdecimal() else 100
        feed_extend(retailer_id=retailer.pk)
        page = feed_page(retailer, cursor=asked.get("cursor", ""), limit=size, store=asked.get("store", ""))
        if asked.get("as") != "csv":
            return Response(page)
        headers = {"Next-Cursor": page["cursor"], "More": "1" if page["more"] else "0"}
        return HttpResponse(feed_csv(page["items"]), content_type="text/csv; charset=utf-8", headers=headers)


class DayView(_Export):
    """A closed business day: totals, or its files (`?as=csv`, `?as=poslog`). POST closes a day that is over."""

    scopes = {"GET": Scope.READ_DAYS, "POST": Scope.CLOSE_DAYS}

    parameters = [OpenApiParameter("as", str, enum=["json", "csv", "poslog"])]

    @extend_schema(operation_id="day_retrieve", parameters=parameters, responses=OpenApiTypes.OBJECT, tags=["export"])
    def get(self, request: Request, store: str, day: str) -> HttpResponse:
        found = BusinessDay.objects.select_related("store").filter(
            store=_store(request, store), day=_date(day), state="closed"
        )
        row = found.first()
        if row is None:
            raise NotFound("This day is not closed.")
        return _day(row, request.query_params.get("as", "json"))

    @extend_schema(operation_id="day_close", request=None, responses=OpenApiTypes.OBJECT, tags=["export"])
    def post(self, request: Request, store: str, day: str) -> HttpResponse:
        return _day(day_close(store=_store(request, store), day=_date(day), now=timezone.now()), "json")


class WebhookSchemasView(APIView):
    """The JSON Schemas of everything that is sent to webhooks, and of the order feed."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []

    @extend_schema(operation_id="webhook_schemas", responses=OpenApiTypes.OBJECT, tags=["export"])
    def get(self, request: Request) -> Response:
        return Response({"orders": order_schema(), "webhooks": {event: event_schema(event) for event in DATA}})


def _store(request: Request, code: str) -> Store:
    retailer: Any = request.auth
    store: Store | None = retailer.stores.filter(code=code).first()
    if store is None:
        raise NotFound("There is no such store.")
    return store


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayInvalid from error


def _day(row: BusinessDay, form: str) -> HttpResponse:
    if form == "csv":
        return HttpResponse(day_csv(row), content_type="text/csv; charset=utf-8")
    if form == "poslog":
        return Response(day_poslog(row))
    state = {"store": row.store.code, "day": str(row.day), "state": row.state, "totals": row.totals}
    return Response(state | {"closed_at": row.closed_at.isoformat() if row.closed_at else None})
