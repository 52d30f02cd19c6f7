"""A picture from a phone's camera, read for the barcode in it: the browser may have no reader of its own."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.errors import DomainError
from inventory.imaging import ImagingError, decode_image
from inventory.selectors.catalogue import articles_for, store_catalogue
from inventory.serializers import ArticleSerializer, article_body

STATUS = {"image_too_large": 413, "decoder_busy": 503, "decoder_timeout": 422, "decoder_failed": 422}


class PictureRefused(DomainError):
    """The imaging package's refusal as the edge tells it."""

    def __init__(self, error: ImagingError) -> None:
        super().__init__(str(error))
        self.code = error.code  # type: ignore[misc]  # one class for the package's table of codes
        self.status = STATUS.get(error.code, 400)  # type: ignore[misc]


class ScanImageRequest(serializers.Serializer[Any]):
    image = serializers.FileField(help_text="JPEG, PNG or WebP; at most 12 megapixels and 16 MB.")


class ScanImageAnswer(serializers.Serializer[Any]):
    code = serializers.CharField(allow_null=True, help_text="The code to send as a scan; null if none was found.")
    products = ArticleSerializer(many=True)


class ScanImage(APIView):
    """The code in a picture, if this store's catalogue knows it; a code that it does not know does not count."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="scan_image",
        request={"multipart/form-data": ScanImageRequest},
        responses={200: ScanImageAnswer, 413: OpenApiTypes.OBJECT, 422: OpenApiTypes.OBJECT, 503: OpenApiTypes.OBJECT},
        tags=["catalogue"],
    )
    def post(self, request: Request) -> Response:
        body = ScanImageRequest(data=request.data)
        body.is_valid(raise_exception=True)
        auth: Any = request.auth
        catalogue = store_catalogue(int(auth.store_id))
        try:
            found = decode_image(
                body.validated_data["image"].read(), known=lambda code: bool(articles_for(catalogue, code))
            ).found
        except ImagingError as error:
            raise PictureRefused(error) from error
        if found is None:
            return Response({"code": None, "products": []})
        products = [article_body(article) for article in articles_for(catalogue, found.code)]
        return Response({"code": found.code, "products": products})
