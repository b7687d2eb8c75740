"""Tracks that hand finished packets to aiortc's senders."""

import asyncio
import time
from collections import deque
from typing import NamedTuple

from aiortc import clock
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from desktop_app.engine.codec.packets import EncodedPacket

WAITING_MAX = {"audio": 20, "video": 30}
"""Packets that may wait for the sender: 200 ms of sound or 400, a second of picture."""
HELD_MAX = 3
"""Pictures that wait for the connection; with more, a new key frame is sooner seen than these."""

NTP_SECOND = 1 << 32
"""In the units of NTP's 64 bits."""


class _HandedOut(NamedTuple):
    """at is a time of NTP, with 32 bits behind the point."""

    at: int
    age_s: float


class PacketTrack(MediaStreamTrack):
    """One call's outgoing sound or picture; a closing connection stops its own track only.

    Belongs to the loop.
    """

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._packets: asyncio.Queue[EncodedPacket | None] = asyncio.Queue()
        self._whole = False
        self._handed_out: deque[_HandedOut] = deque(maxlen=2)

    @property
    def is_whole(self) -> bool:
        """Whether what was queued begins with a key frame and nothing of it was left out."""
        return self._whole

    def age_s(self, sent: int) -> float:
        """Return how long before this time of NTP was captured what was being sent then.

        While the last packet has only been handed out, the one before it was the last that was
        sent. 0 before any.
        """
        for one in reversed(self._handed_out):
            if one.at <= sent:
                return one.age_s + (sent - one.at) / NTP_SECOND
        return 0.0

    @property
    def waiting(self) -> int:
        """How many packets wait for the sender; from any thread."""
        return self._packets.qsize()

    def hold(self, packet: EncodedPacket, starts_anew: bool) -> None:
        """Queue a packet before there is a connection; HELD_MAX of them, or nothing at all."""
        if starts_anew or self._packets.qsize() >= HELD_MAX:
            self.forget()
        self.offer(packet, starts_anew)

    def forget(self) -> None:
        """Send nothing of what waits, and go on with a packet that starts anew."""
        while self._packets.qsize() and self.readyState == "live":
            self._packets.get_nowait()
        self._whole = False

    def offer(self, packet: EncodedPacket, starts_anew: bool) -> bool:
        """Queue a packet; False when a gap arose, so that a key frame is needed.

        starts_anew says that a receiver can begin here: a key frame, or any packet of sound.
        """
        if self.readyState != "live":
            return True
        if self._packets.qsize() >= WAITING_MAX[self.kind]:
            self._whole = False
            return False
        self._whole = self._whole or starts_anew
        if self._whole:
            self._packets.put_nowait(packet)
        return self._whole

    async def recv(self) -> EncodedPacket:
        packet = await self._packets.get() if self.readyState == "live" else None
        if packet is None:
            raise MediaStreamError
        if isinstance(packet.opaque, int):
            age_s = (time.monotonic_ns() - packet.opaque) / 1e9
            self._handed_out.append(_HandedOut(clock.current_ntp_time(), age_s))
        return packet

    def stop(self) -> None:
        super().stop()
        self._packets.put_nowait(None)
