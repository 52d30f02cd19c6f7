"""Addresses of the catalogue's REST calls, below the API's prefix."""

from django.urls import URLPattern, path

from inventory import apis, scanning_apis

api_urlpatterns: list[URLPattern] = [
    path("catalogue/search", apis.CatalogueSearch.as_view(), name="catalogue-search"),
    path("catalogue/keys", apis.CatalogueKeys.as_view(), name="catalogue-keys"),
    path("catalogue/import", apis.CatalogueImportCall.as_view(), name="catalogue-import"),
    path("catalogue/import/<int:import_id>", apis.CatalogueImportProgress.as_view(), name="catalogue-import-progress"),
    path("scan/image", scanning_apis.ScanImage.as_view(), name="scan-image"),
    # A code may be a Digital Link, with slashes.
    path("catalogue/products/<path:code>", apis.CatalogueProduct.as_view(), name="catalogue-product"),
]
