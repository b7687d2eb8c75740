"""Strangers' pictures that start blurred, until the person wants to see."""

from collections.abc import Callable

from desktop_app.core import Signal
from desktop_app.engine_messages import Stream
from desktop_app.session.situation import Situation
from desktop_app.settings.store import SettingsStore


class Veil:
    """Lies over each new stranger if the person wants that. Interface thread only.

    It is laid while nobody is there, before the next call can bring a picture.
    """

    def __init__(self, set_blur: Callable[[Stream, bool], None], store: SettingsStore) -> None:
        self.changed: Signal[bool] = Signal()
        """Whether it lies over the stranger."""
        self._set_blur = set_blur
        self._store = store
        self._lifted = False
        self.lies = False
        store.changed.connect(lambda _: self._apply())
        self._apply()

    def follow(self, situation: Situation) -> None:
        """The conversation has changed."""
        if situation.call is None:
            self._lifted = False
            self._apply()

    def lift(self) -> None:
        """Show this stranger; the next one is veiled again."""
        self._lifted = True
        self._apply()

    def _apply(self) -> None:
        lies = self._store.value.veil_strangers and not self._lifted
        if lies != self.lies:
            self.lies = lies
            self._set_blur(Stream.STRANGER, lies)
            self.changed.emit(lies)
