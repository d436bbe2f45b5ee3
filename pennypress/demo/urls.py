"""Addresses that exist in the demo and nowhere else."""

from django.urls import URLPattern, URLResolver, path

from pennypress.demo import letters

urlpatterns: list[URLPattern | URLResolver] = [
    path("letters/", letters.listing, name="demo_letters"),
    path("letters/<int:letter_id>/", letters.one, name="demo_letter"),
    path("letters/<int:letter_id>/as-html/", letters.as_html, name="demo_letter_html"),
    path("letters/<int:letter_id>/<int:enclosure_id>/", letters.enclosure, name="demo_enclosure"),
]
