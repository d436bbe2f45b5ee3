"""The network address that a request comes from, believed only as far as proxies of our own have written it."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Whoever has one IPv6 address mostly has all that share its first half.
_NETWORK_BITS = 64


def of(request: HttpRequest) -> str:
    """This function will say from which address a request came, an IPv6 one by its /64 network.

    Behind `settings.TRUSTED_HOPS` proxies of our own it is the entry that the outermost of them wrote, counted from the
    right; whatever a visitor wrote before is not read. A chain that is too short, or an entry that is no address, came
    by another way: then it is the address that we see ourselves.
    """
    seen = request.META.get("REMOTE_ADDR", "")
    hops = settings.TRUSTED_HOPS
    chain = [entry.strip() for entry in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if hops < 1 or len(chain) < hops:
        return network(seen) or seen
    return network(chain[-hops]) or network(seen) or seen


def network(address: str) -> str:
    """This function will bring an address to the form in which attempts are counted, or give "" where it is none.

    >>> network("2001:db8:1:2:3:4:5:6")
    '2001:db8:1:2::/64'
    >>> network("::ffff:192.0.2.7")
    '192.0.2.7'
    """
    try:
        found = ipaddress.ip_address(address.strip().strip("[]").partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
    return str(found)
