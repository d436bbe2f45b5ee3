"""Every address of the house, by audience."""

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from pennypress.config import media

urlpatterns = [
    # Wagtail's own password forms stay shut: staff come in by the front door and its second factor.
    re_path(
        r"^(?:desk/(?:login|password_reset)|_util/login)/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
    ),
    path("desk/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("", include("pennypress.gateway.urls")),
    path("", include("pennypress.reader.urls")),
    path("", include("pennypress.newsroom.urls")),
    path("2fa/", include(mfa_urls)),
    path("", include(account_urls)),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("pennypress.demo.urls")))
# Caches in front keep a picture for good once it was sent.
urlpatterns.append(re_path(r"^media/(?P<path>.*)$", media.picture))
urlpatterns.append(path("", include("pennypress.newsroom.tree")))

handler404 = "pennypress.newsroom.views.not_found"
handler500 = "pennypress.reader.stopped.server_error"
