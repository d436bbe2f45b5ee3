"""What the register encloses in letters: a certificate, drawn when its letter goes."""

from pennypress.letters import enclosing
from pennypress.shares import certificates

enclosing.register(certificates.RENDERER, certificates.pdf_by_number)
