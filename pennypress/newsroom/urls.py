"""The newsroom's own addresses; every other one is found in the tree of pages."""

from django.urls import URLPattern, URLResolver, path

from pennypress.newsroom import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("claims/<int:claim_id>/", views.claim, name="claim"),
]
