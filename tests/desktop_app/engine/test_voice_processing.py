"""Echo, noise and gain, with spoken sentences."""

import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.voice_processing import VoiceProcessing
from desktop_app.engine_messages import ProcessVoice

BURST = SAMPLE_RATE // 50
HELD_BACK = SAMPLE_RATE // 50
"""What the processing itself delays, about."""
ECHO_DELAY = SAMPLE_RATE * 12 // 100
FAR = "The quick brown fox jumps over the lazy dog while the band plays on and on and on. "
NEAR = "Hello, this is somebody near who speaks now."
NEAR_BEGINS = 9 * SAMPLE_RATE
OFF = ProcessVoice(False, False, False)

Wave = np.ndarray


def spoken(words: str, voice: str, folder: Path) -> Wave:
    """Return words spoken at 48 kHz."""
    file = folder / f"{voice}.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-w", file, words], check=True)
    with wave.open(str(file)) as source:
        rate = source.getframerate()
        samples = np.frombuffer(source.readframes(source.getnframes()), dtype=np.int16)
    times = np.arange(len(samples) * SAMPLE_RATE // rate) * rate / SAMPLE_RATE
    return np.interp(times, np.arange(len(samples)), samples) * 0.7


def process(wanted: ProcessVoice, far: Wave, microphone: Wave) -> Wave:
    processing = VoiceProcessing()
    processing.choose(wanted)
    out = []
    for start in range(0, len(microphone) - BURST, BURST):
        for samples, take in ((far, processing.hear), (microphone, processing.clean)):
            result = take(samples[start : start + BURST].astype(np.int16))
        out.append(result)
    return np.concatenate(out).astype(np.float64)


def loudness_db(samples: Wave) -> float:
    return float(10 * np.log10((samples.astype(np.float64) ** 2).mean() + 1e-9))


def likeness(one: Wave, other: Wave) -> float:
    """Return from 0 to 1 how alike the loudness of two sounds runs, 20 ms at a time."""
    count = min(len(one), len(other)) // BURST * BURST
    runs = [np.sqrt((w[:count].reshape(-1, BURST) ** 2).mean(axis=1)) for w in (one, other)]
    return float(np.corrcoef(*runs)[0, 1])


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="nobody to speak")
def test_the_speakers_echo_goes_and_a_near_voice_stays(tmp_path: Path) -> None:
    far = spoken(FAR * 3, "en", tmp_path)[: 13 * SAMPLE_RATE]
    near = spoken(NEAR, "en-us", tmp_path)
    echo = np.concatenate((np.zeros(ECHO_DELAY), far[:-ECHO_DELAY])) * 0.3
    both = echo.copy()
    both[NEAR_BEGINS : NEAR_BEGINS + len(near)] += near

    cleaned = process(ProcessVoice(automatic_gain=False), far, both)
    alone = slice(4 * SAMPLE_RATE, NEAR_BEGINS)
    assert loudness_db(cleaned[alone]) < loudness_db(echo[alone]) - 20
    heard = cleaned[NEAR_BEGINS + HELD_BACK :][: len(near)]
    assert likeness(heard, near) > 0.75
    assert loudness_db(heard) > loudness_db(near) - 6

    kept = process(ProcessVoice(echo_cancellation=False, automatic_gain=False), far, both)
    assert loudness_db(kept[alone]) > loudness_db(echo[alone]) - 6


def test_noise_goes_unless_it_is_to_stay() -> None:
    noise = np.random.default_rng(1).normal(0, 300, 4 * SAMPLE_RATE)
    late = slice(2 * SAMPLE_RATE, None)
    for wanted, goes in ((ProcessVoice(automatic_gain=False), True), (OFF, False)):
        cleaned = process(wanted, np.zeros_like(noise), noise)
        assert (loudness_db(cleaned[late]) < loudness_db(noise[late]) - 10) is goes


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="nobody to speak")
def test_a_quiet_voice_becomes_louder_unless_it_is_to_stay(tmp_path: Path) -> None:
    quiet = spoken(FAR * 2, "en", tmp_path) * 0.05
    late = slice(4 * SAMPLE_RATE, len(quiet) - BURST)
    for wanted, louder in ((ProcessVoice(), True), (ProcessVoice(automatic_gain=False), False)):
        cleaned = process(wanted, np.zeros_like(quiet), quiet)
        assert (loudness_db(cleaned[late]) > loudness_db(quiet[late]) + 6) is louder


@pytest.mark.parametrize("noise", [True, False])
@pytest.mark.parametrize("echo", [True, False])
def test_what_the_processing_holds_back_is_known(*, noise: bool, echo: bool) -> None:
    times = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    gliding = sum(
        np.sin(2 * np.pi * order * (180 * times - 8 * np.cos(5 * times))) for order in range(1, 9)
    )
    voice = gliding * (np.sin(2 * np.pi * 3 * times) > 0) * 2_000
    wanted = ProcessVoice(echo, noise, automatic_gain=True)
    cleaned = process(wanted, np.zeros_like(voice), voice)
    ended = slice(SAMPLE_RATE, len(cleaned))
    spectra = [np.fft.rfft(wave[ended], 1 << 18) for wave in (voice, cleaned)]
    products = np.fft.irfft(np.conj(spectra[0]) * spectra[1])
    held_back_s = int(products[: SAMPLE_RATE // 20].argmax()) / SAMPLE_RATE
    processing = VoiceProcessing()
    processing.choose(wanted)
    processing.clean(np.zeros(BURST, dtype=np.int16))
    assert processing.held_back_s == pytest.approx(held_back_s, abs=0.001)


def test_nothing_is_touched_when_all_is_off() -> None:
    samples = np.random.default_rng(2).integers(-9_000, 9_000, 777).astype(np.int16)
    processing = VoiceProcessing()
    processing.choose(OFF)
    assert (processing.clean(samples) == samples).all()


def test_odd_amounts_of_sound_come_out_whole() -> None:
    processing = VoiceProcessing()
    sizes = [1, 479, 480, 481, 959, 0, 2_000]
    cleaned = [len(processing.clean(np.zeros(size, dtype=np.int16))) for size in sizes]
    assert sum(cleaned) == sum(sizes) // 480 * 480
    assert all(count % 480 == 0 for count in cleaned)
