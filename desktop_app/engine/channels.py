"""Samples of one channel, flat, and of two, samples x 2."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


def in_mono(samples: Samples) -> Samples:
    """Return flat samples, the mean of two channels."""
    return samples if samples.ndim == 1 else samples.mean(axis=1).astype(np.int16)


def in_stereo(samples: Samples) -> Samples:
    """Return two channels, twice the same of flat samples."""
    return samples if samples.ndim == 2 else np.repeat(samples[:, np.newaxis], 2, axis=1)


def joined(first: Samples, second: Samples) -> Samples:
    """Return one after the other, in stereo if either is."""
    if first.ndim != second.ndim:
        first, second = in_stereo(first), in_stereo(second)
    return np.concatenate((first, second))


def from_device(data: bytes, channels: int) -> Samples:
    """Read what a device of one or two channels gives, interleaved."""
    whole = len(data) // (2 * channels) * 2 * channels
    samples: Samples = np.frombuffer(data[:whole], dtype=np.int16)
    return samples if channels == 1 else samples.reshape(-1, 2)


def for_device(samples: Samples, channels: int) -> bytes:
    """Write what a device of one or two channels takes, interleaved."""
    return (in_mono(samples) if channels == 1 else in_stereo(samples)).tobytes()
