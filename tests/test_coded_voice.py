"""A coded voice tells how late it is heard, whatever was done to it on the way."""

import numpy as np

from tests.coded_voice import TURN_S, coded_voice, heard_delays
from tests.sound_pipes import BLOCK, SAMPLE_RATE, Block

SECONDS = 4.5


def _blocks(speaker: int, began_s: float, loudness: float = 1.0) -> list[Block]:
    speech = coded_voice(speaker)
    return [
        Block(
            began_s + position / SAMPLE_RATE,
            (speech(position, BLOCK) * loudness).astype(np.int16),
        )
        for position in range(0, round(SECONDS * SAMPLE_RATE), BLOCK)
    ]


def test_the_delay_of_a_soft_and_jittery_voice_is_found() -> None:
    jitter = np.random.default_rng(0).uniform(0, 0.03, 1_000)
    late = [
        Block(block.at_s + jitter[number], block.samples)
        for number, block in enumerate(_blocks(0, 5.1, loudness=0.3))
    ]
    found = heard_delays(_blocks(0, 5.0), late)
    assert len(found.delays_ms) >= 2
    assert all(110 <= delay <= 120 for delay in found.delays_ms)  # With half of the jitter.
    assert found.lost_s == 0.0


def test_another_voice_is_not_taken_for_it() -> None:
    assert heard_delays(_blocks(0, 5.0), _blocks(1, 5.0)).delays_ms == []


def test_what_is_not_heard_is_counted() -> None:
    holed = [
        Block(block.at_s, block.samples * (not 0.4 < block.at_s - 5.0 < 0.7))
        for block in _blocks(0, 5.0)
    ]
    assert 0.05 < heard_delays(_blocks(0, 5.0), holed).lost_s < 0.3


def test_people_speak_in_turns() -> None:
    one, other = coded_voice(0), coded_voice(1)
    for turn in range(4):
        begins, count = round(turn * TURN_S * SAMPLE_RATE), round(TURN_S * SAMPLE_RATE)
        assert bool(one(begins, count).any()) != bool(other(begins, count).any())
