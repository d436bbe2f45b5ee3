"""The addresses found in the tree of pages: pages by the short way, all else by Wagtail's. The last of the house."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls

from pennypress.newsroom import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.at, name="story"),
    path("<slug:section>/", views.at, name="story"),
    path("<slug:section>/<slug:slug>/", views.at, name="story"),
    path("", include(wagtail_urls)),
]
