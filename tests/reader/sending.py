"""Sending a reader's form as a browser does: with the page view that the page was drawn with."""

from pennypress.reader import forms


def sent(client, path, typed, **more):
    return client.post(path, {"page_view": forms.drawn(), **typed}, **more)
