"""What a picture's file says besides the picture must reach nobody."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from pennypress.newsroom import renditions, stripping, writing
from pennypress.newsroom.models import Picture
from tests.newsroom import builders

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def test_the_test_photograph_does_say_where_it_was_taken():
    photograph = builders.a_jpeg(place=True)

    assert Image.open(io.BytesIO(photograph)).getexif().get_ifd(0x8825)
    assert b"SpyCam" in photograph
    assert b"safe house" in photograph


@pytest.mark.django_db
def test_place_and_camera_are_taken_out_of_the_original_and_of_every_size():
    picture = builders.a_picture(content=builders.a_jpeg(place=True), filename="source-at-home.jpg")
    renditions.wide(picture)
    renditions.card(picture)

    files = [picture.file.path, *(made.file.path for made in picture.renditions.all())]

    assert len(files) == 9
    for path in files:
        kept = Path(path).read_bytes()
        assert b"SpyCam" not in kept
        assert b"safe house" not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()
        assert "source-at-home" not in path


@pytest.mark.django_db
def test_an_upload_at_the_desk_is_cleaned_as_well(editor):
    upload = SimpleUploadedFile("home.jpg", builders.a_jpeg(place=True), "image/jpeg")

    editor.post(reverse("wagtailimages:add"), {"title": "Home", "file": upload, "collection": "1"})

    assert b"SpyCam" not in Path(Picture.objects.get().file.path).read_bytes()


@pytest.mark.parametrize("name", ["drawing.svg", "drawing.jpg"])
@pytest.mark.django_db
def test_a_drawing_in_svg_is_refused_whatever_it_is_called(editor, name):
    upload = SimpleUploadedFile(name, SVG, "image/jpeg")

    editor.post(reverse("wagtailimages:add"), {"title": "Drawing", "file": upload, "collection": "1"})

    assert not Picture.objects.exists()


@pytest.mark.parametrize("content", [b"", SVG, b"<html>hi</html>", b"GIF89a\x01\x00\x01\x00", b"\xff\xd8\xff\xe0junk"])
@pytest.mark.django_db
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(stripping.CannotUsePicture, match="no picture"):
        writing.make_picture(title="x", content=content, filename="x.jpg", alt="")

    assert not Picture.objects.exists()


def test_what_hides_behind_a_picture_is_left_behind():
    polyglot = builders.a_jpeg() + b"<script>alert(1)</script>"

    assert b"script" not in stripping.strip(io.BytesIO(polyglot)).read()


def test_a_photograph_taken_sideways_stands_upright():
    cleaned = stripping.strip(io.BytesIO(builders.a_jpeg(turned=True, size=(90, 60))))

    assert Image.open(cleaned).size == (60, 90)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_other_kinds_lose_what_they_say_as_well(kind):
    exif = Image.Exif()
    exif[0x010F] = "SpyCam"
    target = io.BytesIO()
    Image.new("RGBA", (40, 30), (1, 2, 3, 4)).save(target, kind, exif=exif)

    cleaned = stripping.strip(target)

    assert not Image.open(cleaned).getexif()
    assert Image.open(cleaned).mode == "RGBA"
