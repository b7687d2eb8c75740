"""The pitch that tells when something was spoken is told from the other one."""

import numpy as np
import pytest

from tests.benchmarks.turning_tone import SPAN, Listener, TurningTone
from tests.sound_pipes import Block, Samples


def test_a_turn_is_heard_in_the_block_in_which_it_is_spoken() -> None:
    tone = TurningTone()
    before = tone.hz
    blocks = [Block(1.0, tone(0, 4_800))]
    tone.turn()
    blocks += [Block(2.0, np.zeros(4_800, dtype=np.int16)), Block(3.0, tone(0, 4_800))]

    assert Listener(before).first_heard_s(blocks) == 1.0
    assert Listener(tone.hz).first_heard_s(blocks) == 3.0
    assert Listener(tone.hz).first_heard_s(blocks[:2]) is None


@pytest.mark.parametrize("length", [255, 510, SPAN + 1])
def test_a_turn_is_heard_however_short_the_blocks_of_a_pipe_are(length: int) -> None:
    tone = TurningTone()
    before = tone.hz
    first = _cut(tone(0, 48_000), length, at_s=1.0)
    tone.turn()
    second = _cut(tone(0, 48_000), length, at_s=2.0)

    listener = Listener(tone.hz)

    assert listener.first_heard_s(first) is None
    assert listener.first_heard_s(second) == 2.0
    assert Listener(before).first_heard_s(first + second) == 1.0


def _cut(samples: Samples, length: int, at_s: float) -> list[Block]:
    return [Block(at_s, samples[at : at + length]) for at in range(0, len(samples), length)]
