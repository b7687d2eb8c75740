"""Cures for reading header extensions: by our own numbers, whatever a stranger writes in them."""

import struct
from collections.abc import Sequence
from typing import Any

from aiortc import RTCPeerConnection
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensions, HeaderExtensionsMap


class _ReadExtensions(HeaderExtensionsMap):
    """Reads the header extensions of everything that comes through a transport."""

    def __init__(self) -> None:
        super().__init__()
        self._is_settled = False

    def settle(self, parameters: RTCRtpParameters) -> None:
        """Read by these numbers from now on."""
        super().configure(parameters)
        self._is_settled = True

    def configure(self, parameters: Any) -> None:
        """Take the numbers of a section; senders and receivers give those of the stranger."""
        if not self._is_settled:
            super().configure(parameters)

    def get(self, extension_profile: int, extension_value: bytes) -> HeaderExtensions:
        try:
            return super().get(extension_profile, extension_value)
        except struct.error as error:
            # Of another length than it should have. This drops the packet; the other error would
            # end the task that takes all packets.
            raise ValueError(str(error)) from error


def read_any(connection: RTCPeerConnection) -> None:
    """Let a malformed header extension cost its packet only. Call it before anything is described."""
    for transceiver in connection.getTransceivers():
        private: Any = transceiver.receiver.transport
        private._rtp_header_extensions_map = _ReadExtensions()


def settle_numbers(
    connection: RTCPeerConnection, extensions: Sequence[RTCRtpHeaderExtensionParameters]
) -> None:
    """Read by the numbers of our offer; aiortc would by those that a stranger's description has.

    In a paired exchange the two differ, and each side sends by those of the other.
    """
    for transceiver in connection.getTransceivers():
        private: Any = transceiver.receiver.transport
        private._rtp_header_extensions_map.settle(
            RTCRtpParameters(headerExtensions=list(extensions))
        )
