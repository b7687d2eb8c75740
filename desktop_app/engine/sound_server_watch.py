"""Which microphones and speakers the sound server has, told when one comes or goes (Linux)."""

import logging
import sys
import threading
from collections.abc import Callable
from typing import Any

from desktop_app.engine.loading import LOADING
from desktop_app.engine.sound_server import sound_server_answers

LOOK_S = 1.0
RETRY_S = 4.0

log = logging.getLogger(__name__)


class SoundServerWatch:
    """Follows PulseAudio, or PipeWire in its place, on a thread; elsewhere it knows nothing.

    QtMultimedia keeps the last microphone in its list after it was pulled out, and the server
    goes on recording from something else, the speaker's own sound if there is nothing better.
    """

    def __init__(self, on_changed: Callable[[], None]) -> None:
        """on_changed is called on the watch's thread."""
        self._on_changed = on_changed
        self.names: frozenset[str] | None = None
        """What there is now, monitors of speakers included; None while no server answers."""
        self._stopped = threading.Event()
        if sys.platform == "linux":
            threading.Thread(target=self._run, name="sound-server-watch", daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        try:
            with LOADING:
                import pulsectl
        except (ImportError, OSError):
            log.info("there is no library that speaks to a sound server")
            return
        while not self._stopped.is_set():
            if sound_server_answers():
                try:
                    self._follow(pulsectl)
                except (pulsectl.PulseError, pulsectl.PulseDisconnected):
                    log.info("the sound server does not answer")
            # A server that is gone says nothing about its devices.
            self.names = None
            self._stopped.wait(RETRY_S)

    def _follow(self, pulsectl: Any) -> None:
        def heard(event: Any) -> None:
            if event.t in ("new", "remove"):
                raise pulsectl.PulseLoopStop

        with pulsectl.Pulse("Passerby", connect=False) as server:
            # Its timeout would be waited for in full, also when the server answers at once.
            server.connect()
            server.event_mask_set("source", "sink")
            server.event_callback_set(heard)
            while not self._stopped.is_set():
                # Looked at without an event too, for one may come in the middle of a look.
                devices = (*server.source_list(), *server.sink_list())
                self._note(frozenset(device.name for device in devices))
                server.event_listen(timeout=LOOK_S)

    def _note(self, names: frozenset[str]) -> None:
        if names != self.names:
            self.names = names
            self._on_changed()
