"""One peer connection with its tracks, its channel and its sinks."""

import contextlib
import itertools
import secrets
from collections.abc import Callable, Sequence

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.rtcicetransport import connection_kwargs
from aiortc.rtcrtpparameters import RTCRtpCodecCapability

from desktop_app.engine.rtc import cures
from desktop_app.engine.rtc.description import with_stereo
from desktop_app.engine.rtc.relay import Relay, is_relay
from desktop_app.engine.rtc.tracks import PacketTrack
from signaling_server.protocol.channel import CHANNEL_ID, CHANNEL_LABEL
from signaling_server.protocol.messages import IceServer, Mode

MEDIA = {Mode.VIDEO: ("audio", "video"), Mode.VOICE: ("audio",), Mode.TEXT: ()}
CODECS = {"audio": ("audio/opus", "audio/red"), "video": ("video/H264", "video/VP8", "video/rtx")}
"""In the order we prefer; H264 costs half of what VP8 does to encode."""
GATHER_AHEAD_WITHIN_S = 3.0
GATHER_IN_CALL_WITHIN_S = 1.5
"""While somebody waits for the picture, a server that is slow to answer is left out."""


def kinds_of(mode: Mode) -> tuple[str, ...]:
    """Return the kinds of section that a call in this mode may have."""
    return (*MEDIA[mode], "application")


class Connection:
    """A peer connection that is ready to be offered or to answer. Belongs to the loop.

    With a relay that is the only way, make_offer and make_answer raise NoRelay when it cannot
    be used, and no description holds any other address.
    """

    _numbers = itertools.count(1)

    def __init__(
        self,
        kinds: Sequence[str],
        ice_servers: Sequence[IceServer],
        gather_within_s: float = GATHER_AHEAD_WITHIN_S,
        relay: Relay | None = None,
        *,
        music: bool = False,
    ) -> None:
        self.relay_only = only = relay is not None and relay.only
        self.id = f"{next(self._numbers)}-{secrets.token_hex(4)}"
        self.peer = RTCPeerConnection(
            RTCConfiguration(
                # Never None: aiortc's default list names a public server.
                iceServers=_usable(ice_servers),
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
                iceTransportPolicy=(
                    RTCIceTransportPolicy.RELAY if only else RTCIceTransportPolicy.ALL
                ),
            )
        )
        self._music = music
        self.tracks: dict[str, PacketTrack] = {}
        for kind in kinds:
            if kind == "application":
                self.channel = self.peer.createDataChannel(
                    CHANNEL_LABEL, negotiated=True, id=CHANNEL_ID
                )
            else:
                self._add_media(kind)
        cures.read_any(self.peer)
        cures.gather_within(self.peer, gather_within_s)
        if relay is not None and (relay.is_known or relay.only):
            cures.gather_with(self.peer, relay, gather_within_s)
        cures.repeat_lost_checks(self.peer)
        cures.complete_at_once(self.peer)
        self._receive_own_numbers: Callable[[], None] = lambda: None

    async def make_offer(self) -> str:
        """Set our offer and gather."""
        await self.peer.setLocalDescription(await self.peer.createOffer())
        self._receive_own_numbers = cures.receive_own_numbers(self.peer)
        return self._described()

    async def make_answer(self, offer: str) -> str:
        """Take an offer that has been rewritten, and return the answer with our candidates."""
        await self.peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await self.peer.setLocalDescription(await self.peer.createAnswer())
        return self._described()

    async def take_answer(self, answer: str, *, controlled: bool) -> None:
        """Take an answer that has been rewritten; ICE begins."""
        self._receive_own_numbers()
        if controlled:
            cures.be_controlled(self.peer)
        await self.peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def prepare_handshake(self) -> None:
        """Make ahead what takes time later, once it is described and while nobody waits."""
        cures.prepare_handshake(self.peer)

    async def close(self) -> None:
        """Close it; whatever goes wrong while closing a broken connection changes nothing."""
        with contextlib.suppress(Exception):
            await self.peer.close()

    def _described(self) -> str:
        sdp = self.peer.localDescription.sdp
        return with_stereo(sdp) if self._music else sdp

    def _add_media(self, kind: str) -> None:
        track = self.tracks[kind] = PacketTrack(kind)
        transceiver = self.peer.addTransceiver(track)
        transceiver.setCodecPreferences(_preferred(kind))
        if kind == "audio":
            cures.send_redundantly(transceiver.sender)


def _preferred(kind: str) -> list[RTCRtpCodecCapability]:
    known = RTCRtpSender.getCapabilities(kind).codecs
    return [codec for name in CODECS[kind] for codec in known if codec.mimeType == name]


def _usable(servers: Sequence[IceServer]) -> list[RTCIceServer]:
    """Leave out servers whose addresses aiortc could not read, and relays (see rtc/relay.py)."""
    usable = []
    for server in servers:
        candidate = RTCIceServer(
            urls=[url for url in server.urls if not is_relay(url)],
            username=server.username,
            credential=server.credential,
        )
        with contextlib.suppress(ValueError):
            connection_kwargs([candidate])
            usable.append(candidate)
    return usable
