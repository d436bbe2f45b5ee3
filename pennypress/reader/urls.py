from django.urls import URLPattern, URLResolver, path

from pennypress.reader import fragments

urlpatterns: list[URLPattern | URLResolver] = [
    path("fragments/appeal/", fragments.appeal, name="fragment-appeal"),
    path("fragments/ownership/", fragments.ownership, name="fragment-ownership"),
    path("fragments/doors/", fragments.doors, name="fragment-doors"),
    path("appeal.json", fragments.appeal_json, name="appeal-json"),
    path("appeal/", fragments.appeal_page, name="appeal"),
]
