"""The sheet of a certificate: a picture of one A4 page, lying. Being drawn."""

from pennypress.shares.models import Certificate


def draw(certificate: Certificate) -> bytes:
    raise NotImplementedError(certificate.number)
