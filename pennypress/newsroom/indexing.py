"""The search index of many stories written at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db.models.signals import post_save
from modelsearch import index
from modelsearch.signal_handlers import post_save_signal_handler


@contextmanager
def held_back() -> Iterator[None]:
    """This function will hold the search index back inside its `with` block and bring it up to date once at the end.

    A page is saved several times on its way into the paper; indexing it each time is most of the work of writing sixty.
    For one process that writes alone: its other threads are held back as well. Where the block fails, the caller's
    transaction takes the stories back, and nothing is indexed.
    """
    held = [model for model in index.get_indexed_models() if getattr(model, "search_auto_update", True)]
    for model in held:
        post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        yield
    finally:
        for model in held:
            post_save.connect(post_save_signal_handler, sender=model)
    call_command("update_index", verbosity=0)
