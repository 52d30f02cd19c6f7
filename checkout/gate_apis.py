"""REST of the exit gate: spend a pass, and learn what is needed to work alone for a while."""

from datetime import UTC, datetime
from typing import cast

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.authentication import IsGate
from checkout.gate_schemas import GateRequest, GateSerializer, GateSyncRequest, GateSyncSerializer
from checkout.models.below import Device
from checkout.services.passes import gate_open, gate_sync


class GateView(APIView):
    """Spend an exit pass; the gate opens once for each. The same `nonce` again is the same opening."""

    permission_classes = [IsGate]

    @extend_schema(operation_id="gate_open", request=GateRequest, responses=GateSerializer)
    def post(self, request: Request) -> Response:
        serializer = GateRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        gate, told = cast(Device, request.auth), serializer.validated_data
        gate_open(token=told["pass"], store_id=gate.store_id, gate=gate, nonce=told["nonce"], now=timezone.now())
        return Response({"open": True})


class GateSyncView(APIView):
    """What a gate needs to work alone for a while, and what it did alone. To be called every few seconds."""

    permission_classes = [IsGate]

    @extend_schema(operation_id="gate_sync", request=GateSyncRequest, responses=GateSyncSerializer)
    def post(self, request: Request) -> Response:
        serializer = GateSyncRequest(data=request.data)
        serializer.is_valid(raise_exception=True)
        opened = [(row["pass"], datetime.fromtimestamp(row["at"], UTC)) for row in serializer.validated_data["opened"]]
        return Response(gate_sync(gate=cast(Device, request.auth), opened=opened, now=timezone.now()))
