"""REST of the device itself: enrolment, ticket, new token."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.authentication import IsCart
from carts.models import Device
from carts.services.enrolment import TICKET_SECONDS, device_enrol, device_roll, ticket_create


class CodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=20)


class DeviceSerializer(serializers.Serializer[Any]):
    cart = inline_serializer("DeviceCart", {"id": serializers.UUIDField(), "label": serializers.CharField()})
    store = inline_serializer(
        "DeviceStore",
        {
            "id": serializers.IntegerField(),
            "code": serializers.CharField(),
            "name": serializers.CharField(),
            "venue": serializers.CharField(),
            "currency": serializers.CharField(),
            "exponent": serializers.IntegerField(),
            "language": serializers.CharField(),
            "timezone": serializers.CharField(),
            "tax_inclusive": serializers.BooleanField(),
        },
    )
    retailer = inline_serializer("DeviceRetailer", {"name": serializers.CharField()})


class EnrolledSerializer(DeviceSerializer):
    token = serializers.CharField()


class TokenSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()


class TicketSerializer(serializers.Serializer[Any]):
    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


def device_body(device: Device) -> dict[str, Any]:
    """What a device learns about itself."""
    store = device.store
    cart = {"id": str(device.cart.id), "label": device.cart.label} if device.cart else None
    return {
        "cart": cart,
        "store": {
            "id": store.id,
            "code": store.code,
            "name": store.name,
            "venue": store.venue,
            "currency": store.currency,
            "exponent": store.currency_exponent,
            "language": store.language,
            "timezone": store.timezone,
            "tax_inclusive": store.tax_inclusive,
        },
        "retailer": {"name": store.retailer.name},
    }


class EnrolView(APIView):
    """Trade a one-time code for a device token, which is shown once."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="device_enrol", request=CodeSerializer, responses={201: EnrolledSerializer}, auth=[])
    def post(self, request: Request) -> Response:
        serializer = CodeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        enrolled = device_enrol(code=serializer.validated_data["code"], now=timezone.now())
        device = Device.objects.select_related("cart", "store__retailer").get(id=enrolled.device.id)
        return Response({"token": enrolled.token, **device_body(device)}, status=201)


class DeviceView(APIView):
    """The device that asks."""

    @extend_schema(operation_id="device_retrieve", responses=DeviceSerializer)
    def get(self, request: Request) -> Response:
        return Response(device_body(cast(Device, request.auth)))


class TicketView(APIView):
    """A one-use ticket into the stream, for browsers."""

    permission_classes = [IsCart]

    @extend_schema(operation_id="device_ticket", request=None, responses={201: TicketSerializer})
    def post(self, request: Request) -> Response:
        ticket = ticket_create(device=cast(Device, request.auth), now=timezone.now())
        return Response({"ticket": ticket, "expires_in": TICKET_SECONDS}, status=201)


class RollView(APIView):
    """A new token; the one that asked for it ends at once."""

    @extend_schema(operation_id="device_roll", request=None, responses=TokenSerializer)
    def post(self, request: Request) -> Response:
        enrolled = device_roll(device=cast(Device, request.auth), now=timezone.now())
        return Response({"token": enrolled.token})
