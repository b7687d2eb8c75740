"""The passerby:// link, which names a server."""

from desktop_app.signaling.address import BadAddress, parse_address

SCHEME = "passerby"


def server_of_link(link: str) -> str:
    """Return the url of the server that passerby://HOST[:PORT][/PATH] names; raises BadAddress.

    The link never asks for an unencrypted connection, but to this machine itself.
    """
    scheme, separator, rest = link.strip().partition("://")
    if scheme.lower() != SCHEME or not separator or "://" in rest:
        raise BadAddress(link)
    return parse_address(rest.rstrip("/")).url
