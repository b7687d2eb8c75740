"""Music goes in stereo from the microphone to the speaker, and is asked for in descriptions."""

import numpy as np
import pytest

from desktop_app.engine.capture.microphone import MicrophoneLine
from desktop_app.engine.channels import for_device, from_device, in_mono
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_decoder import STEREO, SoundDecoder
from desktop_app.engine.codec.sound_encoder import LONG_FRAME, SAMPLE_RATE, SAMPLES_PER_FRAME
from desktop_app.engine.levels import tone_levels
from desktop_app.engine.playback.playout import Playout
from desktop_app.engine.playback.waveform import Continuation, shorten
from desktop_app.engine.rtc.connection import Connection, kinds_of
from desktop_app.engine.rtc.description import MUSIC_FORMAT
from signaling_server.protocol.messages import Mode

LEFT_HZ, RIGHT_HZ = 440.0, 1_250.0
SECONDS = 1.0
FRAME_S = LONG_FRAME / SAMPLE_RATE


def both(count: int) -> np.ndarray:
    times = np.arange(count) / SAMPLE_RATE
    tones = [np.sin(2 * np.pi * hz * times) * 9_000 for hz in (LEFT_HZ, RIGHT_HZ)]
    return np.stack(tones, axis=1).astype(np.int16)


def recorded(*, music: bool) -> list[EncodedPacket]:
    packets: list[EncodedPacket] = []
    line = MicrophoneLine(packets.append)
    line.sending = True
    line.play_music(music)
    samples = both(round(SECONDS * SAMPLE_RATE))
    for at in range(0, len(samples), 500):
        line.push(samples[at : at + 500])
    return packets


def apart(samples: np.ndarray) -> bool:
    """Whether each tone is on its own side."""
    left, right = (
        tone_levels(np.ascontiguousarray(samples[:, side]), SAMPLE_RATE, (LEFT_HZ, RIGHT_HZ))
        for side in (0, 1)
    )
    return left[0] > 20 * left[1] and right[1] > 20 * right[0] and left[0] > 0.1


def test_music_is_sent_in_stereo_at_its_bitrate_and_heard_so() -> None:
    packets = recorded(music=True)
    assert all(bytes(packet)[0] & STEREO for packet in packets)
    bits = sum(len(bytes(packet)) for packet in packets) * 8 / (len(packets) * FRAME_S)
    assert bits == pytest.approx(128_000, rel=0.25)
    decoder = SoundDecoder()
    heard = np.concatenate([decoder.decode(bytes(packet)) for packet in packets])
    assert apart(heard[SAMPLE_RATE // 10 :])


def test_a_voice_is_sent_in_mono() -> None:
    packets = recorded(music=False)
    assert not any(bytes(packet)[0] & STEREO for packet in packets)
    assert SoundDecoder().decode(bytes(packets[5])).ndim == 1


def test_timestamps_go_on_when_music_is_switched_on_and_off() -> None:
    packets: list[EncodedPacket] = []
    line = MicrophoneLine(packets.append)
    line.sending = True
    for plays_music in (False, True, False):
        line.play_music(plays_music)
        line.push(both(2 * LONG_FRAME))
    voice, music = [SAMPLES_PER_FRAME] * 4, [LONG_FRAME] * 2
    lengths = [*voice, *music, *voice]
    assert np.diff([packet.pts for packet in packets]).tolist() == lengths[:-1]
    decoder = SoundDecoder()
    channels = [decoder.decode(bytes(packet)).ndim for packet in packets]
    assert channels == [1] * 4 + [2] * 2 + [1] * 4


def test_what_is_missing_is_made_up_on_both_sides() -> None:
    continuation = Continuation()
    played = continuation.follow(both(4_800))
    made_up = continuation.make_up(480)
    assert apart(played)
    assert made_up.shape == (480, 2)
    left, right = (np.abs(np.diff(made_up[:, side].astype(int))).max() for side in (0, 1))
    assert 1.5 * left < right  # The higher tone is still on the right.
    assert continuation.follow(both(4_800)).shape == (4_800, 2)
    assert continuation.follow(in_mono(both(960))).ndim == 1
    assert shorten(both(960)).shape[1] == 2


def test_a_speaker_is_given_the_channels_it_has() -> None:
    playout = Playout()
    lumps = iter([in_mono(both(960)), both(960), in_mono(both(960))])
    playout.play(lambda _ahead: next(lumps))
    pulled = [playout.pull(count) for count in (500, 1_400, 980)]
    assert [samples.ndim for samples in pulled] == [1, 2, 2]
    assert [len(samples) for samples in pulled] == [500, 1_400, 980]
    assert len(for_device(both(10), 2)) == 40
    assert len(for_device(both(10), 1)) == 20
    assert np.array_equal(from_device(for_device(both(10), 2), 2), both(10))


@pytest.mark.parametrize("music", [True, False])
async def test_a_description_asks_for_stereo_when_music_is_played(music: bool) -> None:
    connection = Connection(kinds_of(Mode.VOICE), [], music=music)
    offer = await connection.make_offer()
    lines = [line for line in offer.splitlines() if line.endswith(MUSIC_FORMAT)]
    assert len(lines) == music
    answering = Connection(kinds_of(Mode.VOICE), [], music=music)
    answer = await answering.make_answer(offer)
    assert (MUSIC_FORMAT in answer) is music
    for one in (connection, answering):
        await one.close()
