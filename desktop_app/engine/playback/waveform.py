"""Repeating and leaving out periods of a voice, so that nobody hears a seam."""

from typing import Any

import numpy as np
import numpy.typing as npt

from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE

Samples = npt.NDArray[np.int16]
Wave = npt.NDArray[np.float32]

SHORTEST = SAMPLE_RATE // 400
LONGEST = SAMPLE_RATE // 60
"""The pitch of a voice lies between 60 and 400 Hz."""
COARSE = 8
"""Periods are sought at 6 kHz first, and then at the full rate around what was found."""
JOIN = SAMPLE_RATE // 200
"""Over 5 ms one wave goes over into another."""
ALIKE = 0.5
"""Two periods that are less alike belong to no voice."""
QUIET = 60.0
"""Root mean square below which nobody hears what is left out."""


def crossfade(old: Wave, new: Wave) -> Wave:
    """Go over from one wave to another of the same length and channels."""
    weight = _along(np.linspace(0.0, 1.0, len(old), dtype=np.float32), old)
    return np.asarray(old * (1.0 - weight) + new * weight, dtype=np.float32)


def shorten(samples: Samples, at_most: int = LONGEST) -> Samples:
    """Leave out one period, of at most so many and half of samples, or nothing if it were heard."""
    wave = samples.astype(np.float32)
    longest = min(LONGEST, at_most, len(wave) // 2)
    if longest <= SHORTEST:
        return samples
    period, alike = _period(_flat(wave)[::-1], longest, longest)
    if alike < ALIKE and np.sqrt((wave**2).mean()) > QUIET:
        return samples
    joined = crossfade(wave[:period], wave[period : 2 * period])
    return np.concatenate((joined, wave[2 * period :])).astype(np.int16)


class Continuation:
    """Goes on with what was played last while nothing comes, ever softer."""

    HISTORY = 3 * LONGEST
    FULL = SAMPLE_RATE // 50
    SILENT_AFTER = SAMPLE_RATE * 6 // 100
    """At full strength for 20 ms, silent after 60."""

    def __init__(self) -> None:
        self._history: Wave = np.zeros(self.HISTORY, dtype=np.float32)
        self._tile: Wave | None = None
        self._step: Wave = np.zeros((), dtype=np.float32)
        self._made = 0

    def follow(self, samples: Samples) -> Samples:
        """Return samples, joined to what was made up before them if anything was."""
        wave = samples.astype(np.float32)
        if wave.ndim != self._history.ndim:
            self._history, self._tile = np.zeros((self.HISTORY, *wave.shape[1:]), np.float32), None
        if self._tile is not None:
            count = min(JOIN, len(wave))
            wave[:count] = crossfade(self._more(count), wave[:count])
            self._tile = None
        self._remember(wave)
        return wave.astype(np.int16)

    def make_up(self, count: int) -> Samples:
        """Return count samples in the place of missing ones."""
        if self._tile is None:
            self._begin()
        wave = self._more(count)
        self._remember(wave)
        return wave.astype(np.int16)

    def _remember(self, wave: Wave) -> None:
        """Note what is heard, made up or not: a next gap must not find a seam in it."""
        self._history = np.concatenate((self._history, wave))[-self.HISTORY :]

    def _begin(self) -> None:
        history = self._history
        period, alike = _period(_flat(history), LONGEST, LONGEST)
        if alike < ALIKE:
            period = LONGEST
        tile = history[-period:].copy()
        # The end of a period goes over into what came before it: then it repeats smoothly.
        seam = min(JOIN, period // 4)
        tile[-seam:] = crossfade(tile[-seam:], history[-period - seam : -period])
        self._tile = tile
        self._step = history[-1] - tile[0]
        self._made = 0

    def _more(self, count: int) -> Wave:
        assert self._tile is not None
        at = np.arange(self._made, self._made + count)
        self._made += count
        repeated = self._tile[at % len(self._tile)]
        # What is left of a step between the last sample and the first made up dies away.
        smooth = repeated + self._step * _along(np.exp(-at / (JOIN / 4)), repeated)
        fading = np.clip((self.SILENT_AFTER - at) / (self.SILENT_AFTER - self.FULL), 0.0, 1.0)
        smooth = smooth * _along(fading, repeated)
        return np.asarray(np.clip(smooth, -32_768, 32_767), dtype=np.float32)


def _flat(wave: Wave) -> Wave:
    """Return the mean of the channels: they share their periods."""
    return wave if wave.ndim == 1 else np.asarray(wave.mean(axis=1), dtype=np.float32)


def _along(weights: npt.NDArray[Any], wave: Wave) -> npt.NDArray[Any]:
    """Return weights so shaped that each is for one sample of every channel."""
    return weights if wave.ndim == 1 else weights[:, np.newaxis]


def _period(wave: Wave, longest: int, template: int) -> tuple[int, float]:
    """Return the period of the end of wave, and from -1 to 1 how alike two periods are.

    wave must hold at least longest + template samples.
    """
    coarse = wave[-(len(wave) // COARSE * COARSE) :].reshape(-1, COARSE).mean(axis=1)
    lags = range(SHORTEST // COARSE, longest // COARSE + 1)
    best, _ = _most_alike(coarse, lags, template // COARSE)
    near = range(max(SHORTEST, (best - 1) * COARSE), min(longest, (best + 1) * COARSE) + 1, 2)
    return _most_alike(wave, near, template)


def _most_alike(wave: Wave, lags: range, template: int) -> tuple[int, float]:
    """Return the lag at which the end of wave is most like what lies before it."""
    end = wave[-template:]
    before = wave[len(wave) - template - lags[-1] : len(wave) - lags[0]]
    windows = np.lib.stride_tricks.sliding_window_view(before, template)
    products = windows @ end
    energies = np.sqrt((windows**2).sum(axis=1) * (end @ end)) + 1.0
    alike = (products / energies)[::-1][:: lags.step]
    index = int(alike.argmax())
    return lags[index], float(alike[index])
