"""Cures for what is agreed on: codecs and numbers, and what holds for the process."""

from collections.abc import Callable
from typing import Any

import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
from aiortc import RTCPeerConnection
from aiortc.codecs import CODECS
from aiortc.rtcpeerconnection import find_common_codecs
from aiortc.sdp import MediaDescription
from cryptography.hazmat.backends import default_backend

from desktop_app.engine.rtc.cures.congestion import offer_feedback
from desktop_app.engine.rtc.cures.data import drop_endless_parameters
from desktop_app.engine.rtc.cures.header_extensions import settle_numbers
from desktop_app.engine.rtc.cures.ice import drop_strays, leave_closed_sockets
from desktop_app.engine.rtc.cures.sending import REDUNDANT, SENT_KEPT
from desktop_app.engine.rtc.cures.sources import count_in_32_bits
from desktop_app.engine.rtc.receiving import decode_until_told

SPOKEN = ("opus", "H264", "VP8")
"""Codecs that a section can live on; redundancy and repairs only go along with them."""


def install() -> None:
    """Put the cures in that hold for all connections, once in the process."""
    if REDUNDANT not in CODECS["audio"]:
        CODECS["audio"].append(REDUNDANT)
    offer_feedback()
    count_in_32_bits()
    aiortc.rtcrtpreceiver.decoder_worker = decode_until_told  # type: ignore[assignment]  # a Sink in place of a queue
    vars(aiortc.rtcrtpsender)["RTP_HISTORY_SIZE"] = SENT_KEPT
    drop_strays()
    leave_closed_sockets()
    drop_endless_parameters()
    # aiortc loads this with its first certificate, when the sound thread may be loading Qt: the
    # module was once not found then.
    default_backend()


def codec_of(connection: RTCPeerConnection, kind: str) -> str:
    """Return the name of the codec that was agreed on for sending, "" before that."""
    for transceiver in connection.getTransceivers():
        if transceiver.kind == kind and transceiver._codecs:
            return str(transceiver._codecs[0].name)
    return ""


def has_common_codec(media: MediaDescription) -> bool:
    """Whether there is a codec to agree on; without one aiortc fails for the whole description."""
    common = find_common_codecs(CODECS[media.kind], media.rtp.codecs)
    return any(codec.name in SPOKEN for codec in common)


def receive_own_numbers(connection: RTCPeerConnection) -> Callable[[], None]:
    """Remember the numbers of our offer, and return what makes them valid for receiving.

    Each side sends by the numbers of the other's description (RFC 3264, section 5.1); aiortc takes
    one list for both directions. Chromium sends any codec of our offer, whichever its answer names.
    """
    transceivers = connection.getTransceivers()
    offered = [(t, list(t._codecs)) for t in transceivers]
    extensions = [extension for t in transceivers for extension in t._headerExtensions]

    def apply() -> None:
        settle_numbers(connection, extensions)
        for transceiver, codecs in offered:
            receive: Any = transceiver.receiver.receive
            private: Any = transceiver.receiver

            async def receive_both(
                parameters: Any, receive: Any = receive, codecs: Any = codecs
            ) -> None:
                own = {codec.payloadType for codec in codecs}
                others = [c for c in parameters.codecs if c.payloadType not in own]
                parameters.codecs = [*codecs, *others]
                await receive(parameters)

            private.receive = receive_both

    return apply
