"""The pitch that tells when something was spoken is told from the other one."""

import numpy as np

from tests.benchmarks.turning_tone import TurningTone, first_heard_s
from tests.sound_pipes import Block


def test_a_turn_is_heard_in_the_block_in_which_it_is_spoken() -> None:
    tone = TurningTone()
    before = tone.hz
    blocks = [Block(1.0, tone(0, 4_800))]
    tone.turn()
    blocks += [Block(2.0, np.zeros(4_800, dtype=np.int16)), Block(3.0, tone(0, 4_800))]

    assert first_heard_s(blocks, before) == 1.0
    assert first_heard_s(blocks, tone.hz) == 3.0
    assert first_heard_s(blocks[:2], tone.hz) is None
