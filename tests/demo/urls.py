"""The addresses of the house with those of the demo, which exist only where the demo runs."""

from django.urls import include, path

from pennypress.config import urls

urlpatterns = [path("demo/", include("pennypress.demo.urls")), *urls.urlpatterns]
