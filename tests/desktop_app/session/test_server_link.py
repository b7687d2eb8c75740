"""Which server a passerby:// link names."""

import pytest

from desktop_app.session.server_link import server_of_link
from desktop_app.signaling.address import BadAddress


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("passerby://example.org", "wss://example.org"),
        ("passerby://example.org/", "wss://example.org"),
        ("PASSERBY://example.org:9000/meet", "wss://example.org:9000/meet"),
        ("passerby://localhost", "ws://localhost:8765"),
    ],
)
def test_a_link_names_a_server(link: str, url: str):
    assert server_of_link(link) == url


@pytest.mark.parametrize(
    "link",
    [
        "",
        "passerby:",
        "passerby://",
        "example.org",
        "https://example.org",
        "passerby://ws://example.org",
        "passerby://you@example.org",
        "passerby://example.org?key=1",
        "--server=ws://example.org",
    ],
)
def test_other_links_name_none(link: str):
    with pytest.raises(BadAddress):
        server_of_link(link)
