"""Links: addresses that themselves are the leave to look after one pledge, for its supporter's letters.

An address holds no personal data. Opening one changes nothing; what is changed there is sent by a form.
"""

import uuid

from django.core.signing import BadSignature, Signer

from pennypress.giving.models import Pledge

_SALT = "pennypress.giving.pledge"


class UnknownLink(LookupError):
    """The address is not one that we gave out."""


def manage_path(pledge: Pledge) -> str:
    """This function will give the address at which whoever holds it may change or end the pledge."""
    return f"/support/{pledge.public_id}/{_signature(pledge.public_id)}/"


def card_path(pledge: Pledge) -> str:
    """This function will give the address at which whoever holds it may have the pledge paid from another card or account."""
    return f"{manage_path(pledge)}card/"


def opened(*, public_id: uuid.UUID, signature: str) -> Pledge:
    """This function will give the pledge that an address was given out for. Raises: UnknownLink."""
    try:
        Signer(salt=_SALT).unsign(f"{public_id}:{signature}")
    except BadSignature as error:
        raise UnknownLink(str(public_id)) from error
    pledge = Pledge.objects.filter(public_id=public_id).first()
    if pledge is None:
        raise UnknownLink(str(public_id))
    return pledge


def _signature(public_id: uuid.UUID) -> str:
    return Signer(salt=_SALT).signature(str(public_id))
