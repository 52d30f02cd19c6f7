"""The catalogue's REST calls: to read, for devices of a store; to import, for staff."""

from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from inventory.access import Action
from inventory.imports import mapping_from_text
from inventory.models import ImportState
from inventory.selectors.access import require
from inventory.selectors.catalogue import article_for, produce_keys, search, store_catalogue
from inventory.selectors.imports import import_of
from inventory.serializers import (
    ArticleSerializer,
    ArticlesSerializer,
    ImportProgressSerializer,
    ImportRequestSerializer,
    ImportSerializer,
    SearchQuerySerializer,
    article_body,
    import_progress_body,
)
from inventory.services.catalogue_import import catalogue_import
from inventory.services.import_jobs import import_queue
from inventory.services.import_progress import progress_of
from inventory.tasks import run_import


def _store_id(request: Request) -> int:
    auth: Any = request.auth
    return int(auth.store_id)


class CatalogueSearch(APIView):
    """Products by words, best first."""

    @extend_schema(
        operation_id="catalogue_search",
        parameters=[SearchQuerySerializer],
        responses=ArticlesSerializer,
        tags=["catalogue"],
    )
    def get(self, request: Request) -> Response:
        query = SearchQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        found = search(_store_id(request), query.validated_data["q"], query.validated_data["limit"])
        return Response({"results": [article_body(article) for article in found]})


class CatalogueKeys(APIView):
    """Loose produce by PLU, by name."""

    @extend_schema(operation_id="catalogue_keys", responses=ArticlesSerializer, tags=["catalogue"])
    def get(self, request: Request) -> Response:
        return Response({"results": [article_body(article) for article in produce_keys(_store_id(request))]})


class CatalogueProduct(APIView):
    """The one product for a code as read or keyed; 404 `unknown_code` for none, or for more than one."""

    @extend_schema(operation_id="catalogue_product", responses=ArticleSerializer, tags=["catalogue"])
    def get(self, request: Request, code: str) -> Response:
        return Response(article_body(article_for(store_catalogue(_store_id(request)), code)))


class CatalogueImportCall(APIView):
    """A catalogue file, all or nothing: 201 applied, 200 checked (`dry_run`), 422 refused with its problems.

    With `background`, 202 at once: `address` says how far it is, and in the end what it did.
    """

    authentication_classes = [SessionAuthentication]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="catalogue_import",
        request=ImportRequestSerializer,
        responses={200: ImportSerializer, 201: ImportSerializer, 202: ImportProgressSerializer, 422: ImportSerializer},
        tags=["catalogue"],
    )
    def post(self, request: Request) -> Response:
        body = ImportRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked, user = body.validated_data, request.user
        store = require(user, Action.MANAGE_CATALOGUE, asked["store"])
        actor = user if isinstance(user, User) else None
        sent: dict[str, Any] = {
            "store_id": store.pk, "data": asked["file"].read(), "filename": asked["file"].name, "now": timezone.now(),
            "mapping": mapping_from_text(asked.get("mapping", "")), "actor": actor, "dry_run": asked["dry_run"],
            "skip_problems": asked["skip_problems"],
        }  # fmt: skip
        if asked["background"]:
            record = import_queue(**sent)
            run_import.delay(record.pk)
            return Response(import_progress_body(record, progress_of(record.pk)), status=202)
        record = catalogue_import(**sent)
        status = {ImportState.APPLIED: 201, ImportState.CHECKED: 200}.get(ImportState(record.state), 422)
        return Response(ImportSerializer(record).data, status=status)


class CatalogueImportProgress(APIView):
    """How far an import is, for whoever may import for its store; 404 for anyone else."""

    authentication_classes = [SessionAuthentication]

    @extend_schema(operation_id="catalogue_import_progress", responses=ImportProgressSerializer, tags=["catalogue"])
    def get(self, request: Request, import_id: int) -> Response:
        record = import_of(request.user, import_id)
        return Response(import_progress_body(record, progress_of(record.pk)))
