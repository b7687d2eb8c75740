"""Reading the address of a server."""

import pytest

from desktop_app.signaling.address import BadAddress, is_private, parse_address


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost", "ws://localhost:8765"),
        ("localhost:9000", "ws://localhost:9000"),
        ("127.0.0.1", "ws://127.0.0.1:8765"),
        ("example.org", "wss://example.org"),
        (" example.org:444 ", "wss://example.org:444"),
        ("ws://10.0.0.1:8765/", "ws://10.0.0.1:8765"),
        ("https://example.org/passerby/", "wss://example.org/passerby"),
        ("wss://example.org/v1/ws", "wss://example.org"),
        ("ws://[::1]:8765", "ws://[::1]:8765"),
        ("WSS://Example.org", "wss://example.org"),
    ],
)
def test_what_a_person_types_is_understood(text: str, url: str):
    assert parse_address(text).url == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ftp://example.org",
        "ws://",
        "ws://host:99999",
        "ws://a b",
        "ws://user:pw@host",
        "ws://[",
        "[::1",
        "localhost:99999",
        "localhost:name",
        "a..b",
        "a" * 64 + ".org",
        "example.org/\u202egpj.exe",
        "exam\u00adple.org",
        "example.org/a\x1bb",
    ],
)
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(BadAddress):
        parse_address(text)


def test_sockets_and_health_share_the_prefix_of_a_proxy():
    address = parse_address("https://example.org/passerby")

    assert address.socket_url == "wss://example.org/passerby/v1/ws"
    assert address.health_url == "https://example.org/passerby/healthz"


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("192.168.1.20", True),
        ("10.1.2.3", True),
        ("fe80::1", True),
        ("fd00::1", True),
        ("8.8.8.8", False),
        ("2001:4860:4860::8888", False),
    ],
)
async def test_only_this_machine_and_private_networks_are_private(host: str, private: bool):
    assert await is_private(host) is private
