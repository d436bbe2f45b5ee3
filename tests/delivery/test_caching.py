import doctest
import gzip

import brotli
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from pennypress.delivery import caching, encoding

PAGE = "<p>" + "The paper belongs to its readers. " * 60 + "</p>"


def answer(view, request: HttpRequest | None = None) -> HttpResponse:
    return caching.PrivateByDefault(view)(request or RequestFactory().get("/"))


def plain_page(request):
    return HttpResponse(PAGE)


public_page = caching.public(seconds=30, tags=("front",))(plain_page)


def cookie_page(request):
    response = public_page(request)
    response.set_cookie("who", "me")
    return response


def test_a_page_is_private_unless_its_view_opts_in():
    assert answer(plain_page)["Cache-Control"] == "private, no-store"


def test_a_public_page_says_for_how_long_and_what_it_shows():
    response = answer(public_page)

    assert response["Cache-Control"] == "public, max-age=0, s-maxage=30"
    assert response["Surrogate-Key"] == "front"


def test_a_page_that_shows_something_twice_says_it_once():
    response = caching.tag(answer(public_page), "article-1", "front", "article-2", "article-1")

    assert response["Surrogate-Key"] == "front article-1 article-2"


def test_a_page_that_sets_a_cookie_is_never_public():
    assert answer(cookie_page)["Cache-Control"] == "private, no-store"


def test_the_answer_to_a_post_is_never_public():
    assert answer(public_page, RequestFactory().post("/"))["Cache-Control"] == "private, no-store"


def encoded(view, accepts):
    return encoding.Encode(caching.PrivateByDefault(view))(
        RequestFactory(headers={"accept-encoding": accepts}).get("/")
    )


def test_a_public_page_travels_compressed_and_says_that_it_varies():
    response = encoded(public_page, "gzip, br")

    assert response["Content-Encoding"] == "br"
    assert response["Vary"] == "Accept-Encoding"
    assert brotli.decompress(response.content).decode() == PAGE


def test_gzip_serves_the_browser_that_has_no_brotli():
    assert gzip.decompress(encoded(public_page, "gzip").content).decode() == PAGE


def test_a_private_page_is_never_compressed():
    assert not encoded(plain_page, "gzip, br").has_header("Content-Encoding")


def test_the_examples_of_the_encodings_are_true():
    assert doctest.testmod(encoding).failed == 0


def test_an_encoding_that_the_browser_refuses_is_not_sent():
    assert encoded(public_page, "gzip;q=0.8, br;q=0")["Content-Encoding"] == "gzip"
    assert not encoded(public_page, "gzip;q=0, br;q=0.0").has_header("Content-Encoding")
