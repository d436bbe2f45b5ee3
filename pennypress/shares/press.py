"""The press: WeasyPrint, with nothing to fetch but the typefaces installed with the app.

Import this module where a PDF is drawn and nowhere else: it is heavy, and most processes never draw one.
"""

from importlib import util
from pathlib import Path
from typing import Any

import weasyprint
from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "face:"
FACES = {
    "serif-light": ("font_source_serif_pro", "SourceSerifPro-Light.ttf"),
    "serif-regular": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "serif-italic": ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
    "serif-semibold": ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    "sans-regular": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "sans-semibold": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
}


class CannotFetch(ValueError):
    """The sheet asked for something that is not bundled with the app."""


class Bundled(URLFetcher):
    """Hands out the bundled typefaces. Anything else, a file or an address, ends the drawing: none is drawn half."""

    def __init__(self) -> None:
        super().__init__(fail_on_errors=True, allowed_protocols=())

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """This function will hand over a typeface by its name. Raises: CannotFetch."""
        name = url.removeprefix(SCHEME)
        if not url.startswith(SCHEME) or name not in FACES:
            raise CannotFetch(url)
        package, filename = FACES[name]
        found = util.find_spec(package)
        if found is None or found.origin is None:
            raise CannotFetch(f"the package {package} is not installed")
        face = Path(found.origin).parent / "files" / filename
        return URLFetcherResponse(url, face.read_bytes(), {"Content-Type": "font/ttf"})


def lay_out(html: str) -> weasyprint.Document:
    """This function will lay an HTML page out as sheets of paper."""
    return weasyprint.HTML(string=html, base_url=SCHEME, url_fetcher=Bundled()).render()
