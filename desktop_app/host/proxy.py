"""The proxy that the system's settings name for a web address."""

import sys
from urllib.parse import urlsplit

from desktop_app.host.desktop_portal import portal_proxy

_ANY = ("all", "socks")


def system_proxy(url: str) -> str | None:
    """Return the proxy's own url for an http or https address, None for the direct way.

    Read anew each time: on macOS and Windows from the network settings, elsewhere from the
    environment or, where that names none for any address, from the desktop's settings.
    May resolve names and wait 2 s: not for the interface's thread. Addresses of this machine
    never go through a proxy.
    """
    # Here, for with it come http and email: 20 ms, and a server is met after the window is there.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "::1") or host.startswith("127.") or proxy_bypass(host):
        return None
    proxies = getproxies()
    if sys.platform == "linux" and not proxies.keys() & {"http", "https", *_ANY}:
        return _usable(portal_proxy(url))
    return _usable(next((proxies[key] for key in (parts.scheme, *_ANY) if proxies.get(key)), ""))


def _usable(proxy: str) -> str | None:
    """Return a proxy's address as a url that the client can take."""
    if proxy in ("", "direct://"):
        return None
    scheme, _, rest = proxy.rpartition("://")
    # Windows and some environments leave the scheme out, or say socks for its newest version.
    scheme = {"": "http", "socks": "socks5", "socks5h": "socks5"}.get(scheme, scheme)
    return f"{scheme}://{rest}"
