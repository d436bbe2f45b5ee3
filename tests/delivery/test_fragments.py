import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from pennypress.delivery import fragments

rendered = []


def meter(request):
    rendered.append(request.META.get("QUERY_STRING", ""))
    return HttpResponse("<b>£3,821</b>")


def cookies_seen(request):
    return HttpResponse(repr(request.COOKIES))


def broken(request):
    return HttpResponse("trouble", status=503)


urlpatterns = [path("meter/", meter), path("cookies/", cookies_seen), path("broken/", broken)]


@pytest.fixture(autouse=True)
def addresses():
    rendered.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


def composed(text, content_type="text/html"):
    request = RequestFactory().get("/", headers={"cookie": "session=secret"})
    return fragments.Compose(lambda _request: HttpResponse(text, content_type=content_type))(request).content.decode()


def test_a_fragment_takes_the_place_of_its_include():
    assert composed('<p><esi:include src="/meter/"/></p>') == "<p><b>£3,821</b></p>"


def test_one_address_is_rendered_once_a_page():
    composed('<esi:include src="/meter/"/><esi:include src="/meter/"/>')

    assert len(rendered) == 1


def test_a_fragment_never_sees_the_readers_cookies():
    assert composed('<esi:include src="/cookies/"/>') == "{}"


@pytest.mark.parametrize("address", ["/broken/", "/nowhere/"])
def test_a_fragment_that_fails_leaves_nothing(address):
    assert composed(f'a<esi:include src="{address}"/>b') == "ab"


def test_only_pages_are_composed():
    assert "esi:include" in composed('<esi:include src="/meter/"/>', content_type="application/json")


def test_the_length_told_is_that_of_the_composed_page():
    def view(_request):
        text = '<p><esi:include src="/meter/"/></p>'
        return HttpResponse(text, headers={"Content-Length": str(len(text))})

    response = fragments.Compose(view)(RequestFactory().get("/"))

    assert response["Content-Length"] == str(len(response.content))
