"""The load that a benchmark puts on the interface's thread."""

import pytest
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from desktop_app.automation import InterfaceLoad

DEADLINE_MS = 10_000
READINGS_OF_A_BURST = 11
"""One as it begins, and ten until 9.5 ms of the clock below are over."""


class SteppingClock:
    """Goes on by 1 ms with each reading; the loop ends once it has been read so often."""

    def __init__(self, ends_at: int, loop: QEventLoop) -> None:
        self.readings = 0
        self._ends_at = ends_at
        self._loop = loop

    def __call__(self) -> float:
        self.readings += 1
        if self.readings == self._ends_at:
            self._loop.quit()
        return self.readings / 1000


def test_the_interface_is_held_up_again_and_again(application: QApplication) -> None:
    loop = QEventLoop()
    clock = SteppingClock(2 * READINGS_OF_A_BURST, loop)
    load = InterfaceLoad(clock)

    load.change(busy_ms=9.5, every_ms=10)
    QTimer.singleShot(DEADLINE_MS, loop.quit)
    loop.exec()

    assert clock.readings == 2 * READINGS_OF_A_BURST


def test_a_load_that_leaves_no_time_is_refused(application: QApplication) -> None:
    with pytest.raises(ValueError, match="33 ms of every 33 ms"):
        InterfaceLoad(float).change(busy_ms=33, every_ms=33)
