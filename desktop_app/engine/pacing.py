"""A thread that calls at a steady rate."""

import threading
import time
from collections.abc import Callable

CATCH_UP_MAX_S = 0.2
"""After a longer pause of the machine the missed calls are left out."""


class PacedThread:
    """Calls tick every interval_s, on the average exactly, until it is stopped."""

    def __init__(self, interval_s: float, tick: Callable[[], None], name: str) -> None:
        self._interval_s = interval_s
        self._tick = tick
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end; the tick that runs may still finish."""
        self._stop.set()

    def _run(self) -> None:
        due = time.monotonic()
        while True:
            due = max(due + self._interval_s, time.monotonic() - CATCH_UP_MAX_S)
            if self._stop.wait(max(0.0, due - time.monotonic())):
                return
            self._tick()
