"""A small paper for tests, written the way the demo is."""

import datetime as dt
import io
import itertools
from types import SimpleNamespace

from PIL import Image

from pennypress.newsroom import writing
from pennypress.newsroom.writing import Block

NOW = dt.datetime.now(tz=dt.UTC)
_count = itertools.count(1)


def a_paper() -> SimpleNamespace:
    """A paper called the Lantern with a section, a writer and a topic."""
    writing.make_paper(masthead="The Lantern", strapline="Owned by those who read it")
    return SimpleNamespace(
        section=writing.make_section(title="World"),
        writer=writing.make_contributor(name="Zoë Adair", role="Reporter", bio="Writes about work."),
        topic=writing.make_topic(title="Ports"),
        front=writing.front_page(),
    )


def a_story(section, headline="Dockers win their claim", **given):
    """A story published an hour ago, unless told otherwise."""
    facts = {
        "body": [Block("text", "DOCKERS voted yesterday to accept a rise after a month on strike.")],
        "published_at": NOW - dt.timedelta(hours=1),
        **given,
    }
    return writing.write_article(section=section, headline=headline, **facts)


def a_draft(section, headline="Unready words", **given):
    """A story nobody has published."""
    return a_story(section, headline, published_at=None, **given)


def a_jpeg(*, place: bool = False, size=(900, 600), turned: bool = False) -> bytes:
    """A photograph; with `place`, its file says where and with what it was taken."""
    image = Image.new("RGB", size, (180, 60, 40))
    exif = Image.Exif()
    if place:
        exif[0x010F], exif[0x0110] = "SpyCam", "Model 7"
        exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 12.0), 3: "W", 4: (0.0, 7.0, 39.0)})
    if turned:
        exif[0x0112] = 6
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, comment=b"taken at the safe house" if place else b"")
    return target.getvalue()


def a_picture(**given):
    """A picture with an alternative text, a caption and a credit."""
    facts = {
        "content": a_jpeg(),
        "filename": "dock.jpg",
        "alt": "A dock",
        "caption": "The dock",
        "credit": "A Photographer",
    }
    return writing.make_picture(title=f"Dock {next(_count)}", **{**facts, **given})
