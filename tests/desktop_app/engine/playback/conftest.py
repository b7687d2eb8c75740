"""A voice of twenty seconds for the tests of playback."""

import pytest

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.playback.voice_stream import VoicePacket
from tests.desktop_app.engine.playback.listener import Listener, on_time, packets, worst_step


@pytest.fixture(scope="session")
def voice() -> list[VoicePacket]:
    return packets(20.0)


@pytest.fixture(scope="session")
def even_step(voice: list[VoicePacket]) -> int:
    """The worst step between two samples where nothing is lost: more than twice it is a click."""
    return worst_step(Listener().listen(on_time(voice), 19.0)[SAMPLE_RATE:])
