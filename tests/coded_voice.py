"""A voice-like sound whose syllables tell when they were spoken, and how late they are heard.

Two people who speak at once would be taken for each other's echo: each has its turns.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tests.sound_pipes import SAMPLE_RATE, Block, Samples, played_evenly

TURN_S = 2.0
WINDOW_S = 1.0
"""What is looked for at a time."""
LATEST_S = 1.0
SYLLABLES_MS = (60, 180)
PITCH_HZ = (110.0, 220.0)
LOUDNESS = 9_000
ALIKE = 0.7
"""Least correlation of what was spoken and heard; silence and other people's turns are below."""

Envelope = npt.NDArray[np.float64]


def coded_voice(speaker: int, seconds: float = 40.0) -> Callable[[int, int], Samples]:
    """Return the endless voice of speaker 0 or 1, who speak in turns of TURN_S."""
    wave = _syllables(speaker, round(seconds * SAMPLE_RATE))
    turns = np.arange(len(wave)) // round(TURN_S * SAMPLE_RATE) % 2 == speaker
    samples = (wave * turns * LOUDNESS).astype(np.int16)

    def speech(position: int, count: int) -> Samples:
        return np.take(samples, np.arange(position, position + count), mode="wrap")

    return speech


def _syllables(seed: int, count: int) -> npt.NDArray[np.float64]:
    """Overtones of a gliding pitch, loud and silent for random times."""
    random = np.random.default_rng(seed)
    loud = np.zeros(count)
    at = 0
    while at < count:
        sounds, rests = (int(SAMPLE_RATE * random.integers(*SYLLABLES_MS) / 1_000) for _ in "01")
        loud[at : at + sounds] = np.hanning(sounds)[: count - at]
        at += sounds + rests
    middle, swing = sum(PITCH_HZ) / 2, (PITCH_HZ[1] - PITCH_HZ[0]) / 2
    pitch = middle + swing * np.sin(2 * np.pi * 0.7 * np.arange(count) / SAMPLE_RATE)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    return loud * sum(np.sin(order * phase) / order for order in range(1, 9)) / 2


@dataclass(frozen=True)
class Heard:
    """delays_ms has one of each window in which the voice was found.

    lost_s is how much was spoken aloud there and not heard at all.
    """

    delays_ms: list[float]
    lost_s: float


def heard_delays(spoken: Iterable[Block], heard: Iterable[Block]) -> Heard:
    """Find what was spoken in what was heard, a window at a time."""
    said, begins_s = _timeline(spoken)
    sounds, other_s = _timeline(played_evenly(list(heard)))
    offset = round((begins_s - other_s) * 1_000)
    window, latest = round(WINDOW_S * 1_000), round(LATEST_S * 1_000)
    delays, lost_ms = [], 0
    for at in range(0, len(said) - window, window // 2):
        pattern, place = said[at : at + window], at + offset
        searched = sounds[max(0, place) : place + latest + window]
        if place < 0 or len(searched) < latest + window or pattern.max() < LOUDNESS / 10:
            continue
        delay, alike = _best_lag(pattern, searched)
        if alike > ALIKE:
            delays.append(float(delay))
            answer = searched[delay : delay + window]
            lost_ms += int(((pattern > LOUDNESS / 5) & (answer < answer.max() / 200)).sum())
    return Heard(delays, lost_ms / 2_000)


def _best_lag(pattern: Envelope, searched: Envelope) -> tuple[int, float]:
    windows = np.lib.stride_tricks.sliding_window_view(searched, len(pattern))
    centred = pattern - pattern.mean()
    others = windows - windows.mean(axis=1, keepdims=True)
    scale = np.linalg.norm(others, axis=1) * np.linalg.norm(centred) + 1e-9
    alike = others @ centred / scale
    best = int(alike.argmax())
    return best, float(alike[best])


def _timeline(blocks: Iterable[Block]) -> tuple[Envelope, float]:
    """Return the loudness of each millisecond since the first block, and when that was."""
    listed = list(blocks)
    if not listed:
        return np.zeros(0), 0.0
    begins_s = listed[0].at_s
    ends_s = listed[-1].at_s + len(listed[-1].samples) / SAMPLE_RATE
    peaks = np.zeros(round((ends_s - begins_s) * 1_000) + 2)
    for block in listed:
        times = block.at_s - begins_s + np.arange(len(block.samples)) / SAMPLE_RATE
        np.maximum.at(peaks, (times * 1_000).astype(int), np.abs(block.samples.astype(float)))
    # The loudest of 8 ms: a period of the lowest pitch.
    return np.lib.stride_tricks.sliding_window_view(np.pad(peaks, (4, 3)), 8).max(axis=1), begins_s
