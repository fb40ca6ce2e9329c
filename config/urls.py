"""The addresses of the site."""

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from catalog.views.formats.crawlers import robots, sitemap, sitemap_index
from catalog.views.health import healthz, readyz
from catalog.views.listener.offline import manifest, offline, service_worker
from catalog.views.metrics import metrics

handler400 = "catalog.security.refusals.bad_request"
handler403 = "catalog.security.refusals.forbidden"
handler404 = "catalog.security.refusals.not_found"
handler500 = "catalog.security.refusals.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="catalog:album_list", query_string=True), name="home"),
    path("catalog/", include("catalog.urls")),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>-<int:page>.xml", sitemap, name="sitemap_page"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("offline/", offline, name="offline"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
