"""Pictures of every public page of a running paper, for the art editor: `make sheet` and `make picture`.

Finds a page of each template by following the front page's own links, and pictures it in every width and scheme into
an ignored folder, with a contact sheet. The pages that no paper has come from `extremes`.
"""

import argparse
import html
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import urljoin

import extremes
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (390, 768, 1280)
SCHEMES = ("light", "dark")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
FIXED = {
    "search": "/search/",
    "search-found": "/search/?q=council",
    "search-nothing": "/search/?q=xyzzy",
    "give": "/give/",
    "support": "/support/",
    "join": "/join/",
    "appeal": "/appeal/",
    "log-in": "/login/",
    "not-found": "/no-such-page/",
}
# On which page, where in it, the first link to a page of each other template stands.
FOUND = {
    "section": ("front", ".sections li:nth-child(2) a"),
    "opinion": ("front", ".views .headline a"),
    "story": ("front", ".splash .headline a"),
    "contributor": ("story", ".writers a"),
    "topic": ("story", ".topics a"),
    "claim": ("story", ".claims .standing a"),
    "about": ("front", ".foot nav:last-of-type li:nth-child(1) a"),
    "privacy": ("front", ".foot nav:last-of-type li:nth-child(2) a"),
}
# A picture is decoded before it is shown, wherever on the page it stands.
SETTLE = """async () => {
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([...document.images].map(image => image.decode().catch(() => 0)));
    await document.fonts.ready;
}"""
HTML = "text/html; charset=utf-8"
THUMB, LARGEST_PICTURE = 300, 400_000


def main() -> None:
    """This function will make the sheet, or with --picture the one picture of the README."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default=f"http://localhost:{os.environ.get('PORT', '8000')}", help="the running paper")
    parser.add_argument("--out", type=Path, default=Path("sheet"))
    parser.add_argument("--picture", type=Path, help="write only page one, light, 1280 wide, to this file")
    wanted = parser.parse_args()
    chromium = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if chromium is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        if wanted.picture:
            picture(browser, wanted.url, wanted.picture)
        else:
            contact(wanted.out, sheet(browser, wanted.url, wanted.out))


def sheet(browser: Browser, url: str, out: Path) -> list[str]:
    """This function will picture every page in every width and scheme, and give the names of the pages."""
    out.mkdir(parents=True, exist_ok=True)
    made = dict(extremes.pages())
    shown = {**addresses(browser, url), **{name: f"{url}/-/{name}" for name in made}}
    for scheme in SCHEMES:
        for width in WIDTHS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            context.route(
                "**/-/*", lambda route: route.fulfill(body=made[Path(route.request.url).name], content_type=HTML)
            )
            page = context.new_page()
            for name, address in shown.items():
                _open(page, address)
                overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                sys.stdout.write(f"  {width} {scheme} {name}{f': {overflow}px too wide' if overflow > 0 else ''}\n")
                page.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True)
            context.close()
    return list(shown)


def addresses(browser: Browser, url: str) -> dict[str, str]:
    """This function will find the address of a page of each template. One that is not there is left out, and said so."""
    page = browser.new_page()
    known = {"front": f"{url}/"}
    for name, (where, selector) in FOUND.items():
        link = None
        if where in known:
            page.goto(known[where])
            link = page.query_selector(selector)
        if link is None:
            sys.stdout.write(f"  no page found for {name}\n")
        else:
            known[name] = urljoin(url, link.get_attribute("href"))
    page.close()
    return {**known, **{name: url + path for name, path in FIXED.items()}}


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate(SETTLE)


def contact(out: Path, names: list[str]) -> None:
    """This function will lay all pictures on one sheet, as a page to read and as a picture."""
    shots = [[(f"{name}-{width}-{scheme}") for scheme in SCHEMES for width in WIDTHS] for name in names]
    rows = "".join(
        f"<h2>{html.escape(name)}</h2><p>{''.join(_thumb(shot) for shot in row)}</p>"
        for name, row in zip(names, shots, strict=True)
    )
    style = (
        "body{font:14px sans-serif;background:#888}img{width:300px;height:420px;object-fit:cover;object-position:top}"
    )
    page = f"<!doctype html><title>Contact sheet</title><style>{style} a{{margin:4px}}</style>{rows}"
    (out / "index.html").write_text(page, encoding="utf-8")
    board = Image.new("RGB", (THUMB * 6, 440 * len(names)), "#888")
    pen = ImageDraw.Draw(board)
    for down, row in enumerate(shots):
        pen.text((6, down * 440 + 3), names[down], fill="white")
        for across, shot in enumerate(row):
            with Image.open(out / f"{shot}.png") as full:
                small = full.convert("RGB").resize((THUMB - 8, full.height * (THUMB - 8) // full.width))
            board.paste(small.crop((0, 0, THUMB - 8, min(small.height, 416))), (across * THUMB + 4, down * 440 + 20))
    board.save(out / "contact.png")
    sys.stdout.write(f"{len(names) * 6} pictures of {len(names)} pages: {out / 'index.html'}\n")


def _thumb(shot: str) -> str:
    return f'<a href="{shot}.png"><img src="{shot}.png" alt="{shot}" title="{shot}" loading="lazy"></a>'


def picture(browser: Browser, url: str, target: Path) -> None:
    """This function will picture page one for the README, in fewer colours where it would be too heavy."""
    page = browser.new_page(viewport={"width": 1280, "height": 1280}, color_scheme="light")
    _open(page, f"{url}/")
    target.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=target)
    with Image.open(target) as shot:
        full = shot.convert("RGB")
    for width, colours in ((1280, 256), (1280, 64), (1120, 64), (1000, 48), (880, 32)):
        small = full.resize((width, full.height * width // full.width), Image.Resampling.LANCZOS)
        small.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
        if target.stat().st_size < LARGEST_PICTURE:
            break
    sys.stdout.write(f"{target}: {target.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
