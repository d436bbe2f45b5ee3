from django.urls import URLPattern, URLResolver, path

from pennypress.gateway import sandbox_page, webhooks

urlpatterns: list[URLPattern | URLResolver] = [
    path("gateway/<slug:provider>/events", webhooks.receive, name="provider_events"),
    path("sandbox/pay/<str:ref>/", sandbox_page.pay, name="sandbox_pay"),
    path("sandbox/mandate/<str:ref>/", sandbox_page.mandate, name="sandbox_mandate"),
]
