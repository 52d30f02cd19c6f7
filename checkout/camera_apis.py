"""REST of a camera's edge agent: is a frame wanted, and here it is."""

import uuid
from collections.abc import Mapping
from typing import IO, Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.authentication import IsCamera
from checkout.errors import FrameInvalid
from checkout.models.below import Device
from checkout.services.uploads import KINDS, MOST_BYTES, frame_bring, frame_wanted


class JpegParser(BaseParser):
    """The body as it is, and never more of it than is taken."""

    media_type = "image/jpeg"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return stream.read(MOST_BYTES + 1)


class PngParser(JpegParser):
    media_type = "image/png"


class FrameWantedSerializer(serializers.Serializer[Any]):
    wanted = serializers.BooleanField(help_text="Whether a look waits for a frame of this camera now.")


class CameraFramesView(APIView):
    """An agent asks a few times a second, and brings a frame only while one is wanted: no frame without a doubt."""

    permission_classes = [IsCamera]
    parser_classes = [JpegParser, PngParser]

    @extend_schema(operation_id="camera_frame_wanted", responses=FrameWantedSerializer, tags=["cameras"])
    def get(self, request: Request, camera: uuid.UUID) -> Response:
        store_id = cast(Device, request.auth).store_id
        return Response({"wanted": frame_wanted(camera_id=camera, store_id=store_id)})

    @extend_schema(
        operation_id="camera_frame_bring",
        request=dict.fromkeys(KINDS, OpenApiTypes.BINARY),
        responses={202: FrameWantedSerializer},
        tags=["cameras"],
    )
    def post(self, request: Request, camera: uuid.UUID) -> Response:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > MOST_BYTES:
            raise FrameInvalid
        # A body without a byte is no bytes at all to the framework.
        body: Any = request.data
        picture = body if isinstance(body, bytes) else b""
        kind = (request.content_type or "").partition(";")[0].strip().lower()
        store_id = cast(Device, request.auth).store_id
        frame_bring(camera_id=camera, store_id=store_id, picture=picture, kind=kind)
        return Response({"wanted": True}, status=202)
