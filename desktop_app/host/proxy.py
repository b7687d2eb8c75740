"""The proxy that the system's settings name for a web address."""

from urllib.parse import urlsplit

_ANY = ("all", "socks")


def system_proxy(url: str) -> str | None:
    """Return the proxy's own url for an http or https address, None for the direct way.

    Read anew each time from the environment, on macOS and Windows from the network settings; what
    GNOME and KDE keep of their own is not read.
    May resolve names: not for the interface's thread. Addresses of this machine never go
    through a proxy.
    """
    # Here, for with it come http and email: 20 ms, and a server is met after the window is there.
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "::1") or host.startswith("127.") or proxy_bypass(host):
        return None
    proxies = getproxies()
    proxy = next((proxies[key] for key in (parts.scheme, *_ANY) if proxies.get(key)), None)
    if proxy is None:
        return None
    scheme, separator, rest = proxy.rpartition("://")
    # Windows and some environments leave the scheme out, or say socks for its newest version.
    scheme = {"": "http", "socks": "socks5", "socks5h": "socks5"}.get(scheme, scheme)
    return f"{scheme}://{rest}" if separator or rest else None
