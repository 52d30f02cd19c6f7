"""Where every address leads."""

from csp.constants import UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from django.views.static import serve
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from carts.urls import api_urlpatterns as carts_api
from carts.views import stream_schema
from checkout.urls import api_urlpatterns as checkout_api
from checkout.urls import urlpatterns as checkout_pages
from config import health
from config.metrics import metrics
from console.views.sign_in import admin_sign_in
from inventory.urls import api_urlpatterns as inventory_api

api_docs = SpectacularSwaggerSplitView.as_view(url_name="schema")
api = [*carts_api, *inventory_api, *checkout_api]
handler404 = "config.health.not_found"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="console:home"), name="root"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("admin/login/", admin_sign_in, name="admin-login"),
    path("admin/", admin.site.urls),
    path("console/account/", include("console.account_urls")),
    path("console/", include("console.urls")),
    path("tablet/", include("console.tablet_urls")),
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    # Its script comes from an address of its own, so only its styles need the policy relaxed.
    path("api/docs/", csp_update({"style-src": [UNSAFE_INLINE]})(api_docs), name="swagger-ui"),
    path("api/stream/schema/", stream_schema, name="stream-schema"),
    *checkout_pages,
    # Pictures of products are public (a proxy may serve them instead); frames of escalations never lie below them.
    path("media/products/<path:path>", serve, {"document_root": settings.MEDIA_ROOT / "products"}),
]
