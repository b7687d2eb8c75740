"""Datagrams that nobody has asked for, to the sockets that a description names."""

import asyncio
import re
import socket
import struct

from aioice import stun

Place = tuple[str, int]

_OVERLONG_BYTES = 1_600
_CHECK = struct.pack("!HHI12s", stun.Method.BINDING, 4, stun.COOKIE, b"nobody knows")
STRAYS = {
    "empty": b"",
    "one byte": b"\x80",
    "half a header of RTP": bytes((128, 96, 0, 1, 0, 0, 0)),
    "half a header of RTCP": bytes((128, 200, 0, 1, 0, 0, 0)),
    "RTP": bytes((128, 96)) + bytes(100),
    "RTCP": bytes((128, 200)) + bytes(100),
    "overlong": bytes((128, 96)) + bytes(_OVERLONG_BYTES),
    "overlong RTCP": bytes((128, 200)) + bytes(_OVERLONG_BYTES),
    "overlong handshake": bytes((22, 254, 253)) + bytes(_OVERLONG_BYTES),
    "a broken handshake": bytes(range(22, 122)),
    "half a header of DTLS": bytes((22, 254, 253, 0)),
    "the end of a handshake": bytes.fromhex("15fefd 0000 000000000000 0002 0228"),
    "nothing of ours": bytes((70,)) * 40,
    "no check": bytes(40),
    "a broken check": _CHECK + struct.pack("!HH", 0x0024, 4),
}
"""The end is an alert that handshake_failure is fatal (RFC 5246, section 7.2), in the clear."""


def places(description: str) -> list[Place]:
    """Return the addresses of this machine in a description."""
    found = re.findall(r"^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host", description, re.M)
    return [(ip, int(port)) for ip, port in dict.fromkeys(found)]


async def send_everywhere(description: str) -> None:
    """Send each stray to each socket from elsewhere, and see that the sockets still answer."""
    for place in places(description):
        family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            for stray in STRAYS.values():
                sender.sendto(stray, place)
            # Without a password it is refused, once all before it has been read.
            sender.sendto(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST)), place)
            async with asyncio.timeout(20):
                answer = await asyncio.get_running_loop().sock_recv(sender, 2_000)
        assert stun.parse_message(answer).error_code == 400
