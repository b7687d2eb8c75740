"""The list of servers a person knows, as a value."""

import msgspec

from desktop_app.settings.model import Server


def known_with(
    servers: tuple[Server, ...], url: str, plain_accepted: bool
) -> tuple[tuple[Server, ...], Server]:
    """Return the list with this server in it, and the server; earlier consents stay."""
    known = {server.url: server for server in servers}
    server = known.get(url, Server(url))
    if plain_accepted:
        server = msgspec.structs.replace(server, plain_accepted=True)
    known[url] = server
    return tuple(known.values()), server
