"""Decoding: the text of a file from a bank, which seldom says how it is encoded. Pure."""

import codecs

from django.utils.translation import gettext as _

from pennypress.payments.statements.lines import CannotRead

LARGEST_BYTES = 20_000_000
# What is no statement at all, by its first bytes, and what to do instead.
_NOT_TEXT = {
    b"PK\x03\x04": "a spreadsheet or a packed file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"\x1f\x8b": "a packed file",
}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("auto", "utf-8", "cp1252", "utf-16", "iso8859-15")


def require_text(data: bytes) -> None:
    """This function will refuse what cannot be a statement before anything reads it. Raises: CannotRead."""
    if not data.strip():
        raise CannotRead(_("The file is empty."))
    if len(data) > LARGEST_BYTES:
        raise CannotRead(
            _("The file is larger than %(number)d MB. Please export a shorter time.")
            % {"number": LARGEST_BYTES // 1_000_000}
        )
    for start, what in _NOT_TEXT.items():
        if data.startswith(start):
            raise CannotRead(
                _("This is %(what)s, not a statement. Ask the bank for CAMT.053, MT940, OFX or CSV.")
                % {"what": _(what)}
            )


def text_of(data: bytes, encoding: str = "auto") -> str:
    """This function will give a file's text. "auto" goes by its mark, then UTF-8, then Windows' western letters.

    >>> text_of("£5".encode("cp1252"))
    '£5'

    Raises: CannotRead, naming the line that is not in the encoding.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(data, name)
    if encoding != "auto":
        return _decoded(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(data, "cp1252")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise CannotRead(_("This is not text in %(encoding)s.") % {"encoding": encoding}, line=line) from error
