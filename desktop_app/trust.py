"""Which certificate authorities are believed, wherever this Python was built."""

import functools
import ssl
import sys
from pathlib import Path

import certifi

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
)
"""Where Debian, Fedora and SUSE keep theirs, with whatever a person or a company has added."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Return the context for connections to servers and relays; made once for each process.

    A frozen Python looks for authorities where the machine it was built on kept them, so those
    of certifi are named, and those of this system beside them.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if getattr(sys, "frozen", False):
        for bundle in filter(Path.is_file, map(Path, SYSTEM_BUNDLES)):
            context.load_verify_locations(bundle)
    return context
