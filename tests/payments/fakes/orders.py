"""What is asked of a provider, made up."""

import uuid

from pennypress.payments.providers.protocol import Charge, MandateOrder, Order
from tests.builders import pounds


def an_order(*, amount=None, method="card", keeps=False, **facts):
    """A payment to be made on the provider's page."""
    ref = str(uuid.uuid4())
    fields = {
        "key": f"payment-{ref}",
        "reference": ref,
        "amount": amount or pounds(25),
        "method": method,
        "description": "Gift to the fund",
        "payer_name": "Ada Reed",
        "payer_email": "ada@example.org",
        "return_url": "https://paper.example/thanks/",
        "save_mandate": keeps,
    }
    return Order(**{**fields, **facts})


def a_mandate_order(method="card", **facts):
    """A mandate to be given on the provider's page, with nothing paid."""
    order = an_order(method=method)
    fields = ("key", "reference", "method", "payer_name", "payer_email", "return_url")
    return MandateOrder(**{"currency": "GBP", **{name: getattr(order, name) for name in fields}, **facts})


def a_charge(mandate_ref, *, amount=None, method="card", key=None, **facts):
    """A payment to be collected under a mandate."""
    ref = str(uuid.uuid4())
    return Charge(key or f"collection-{ref}", ref, amount or pounds(10), method, "Pledge", mandate_ref, **facts)
