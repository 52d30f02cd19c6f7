"""Bodies of the gate's calls."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

Fields = dict[str, serializers.Field[Any, Any, Any, Any]]


class GateRequest(serializers.Serializer[Any]):
    """`pass` is a word of Python, so the fields are named when the serializer is made."""

    def get_fields(self) -> Fields:
        return {
            "pass": serializers.CharField(max_length=300),
            "nonce": serializers.CharField(max_length=36, default=""),
        }


class GateSerializer(serializers.Serializer[Any]):
    open = serializers.BooleanField()


class OpenedAlone(serializers.Serializer[Any]):
    """A pass that opened this gate while it was cut off; `at` in seconds since 1970."""

    def get_fields(self) -> Fields:
        return {"pass": serializers.CharField(max_length=300), "at": serializers.FloatField(min_value=0, max_value=4e9)}


class GateSyncRequest(serializers.Serializer[Any]):
    opened = OpenedAlone(many=True, required=False, default=list)


class GateSyncSerializer(serializers.Serializer[Any]):
    store = serializers.IntegerField()
    server_time = serializers.FloatField(help_text="Seconds since 1970.")
    offline_s = serializers.IntegerField(help_text="So long may the gate open on signatures alone.")
    keys = inline_serializer("GateKey", {"kid": serializers.CharField(), "public": serializers.CharField()}, many=True)
    spent = inline_serializer(
        "SpentPass", {"id": serializers.UUIDField(), "expires_at": serializers.FloatField()}, many=True
    )
    results = serializers.ListField(child=serializers.ChoiceField(["taken", "twice", "unknown"]))
