"""Whom to meet, in Qt's terms: interests with suggestions, languages, and the server's pools."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.session.conversation import Conversation
from desktop_app.session.situation import Situation
from desktop_app.settings.model import Settings
from desktop_app.settings.store import SettingsStore
from signaling_server.protocol.messages import InterestsSuggested, Pool, Scope

ASK_AFTER_MS = 200
"""A pause in typing that asks the server for suggestions."""


class WishesPresenter(QObject):
    settings_changed = Signal(Settings)
    pools_changed = Signal()
    suggested = Signal(list)
    """Words that others use and that begin like what was typed last."""

    def __init__(self, conversation: Conversation, store: SettingsStore) -> None:
        super().__init__()
        self._conversation = conversation
        self._wishes = conversation.wishes
        self._store = store
        self._pools = conversation.situation.pools
        self._pool = self.pool
        self._typed = ""
        self._pause = QTimer(self, singleShot=True, interval=ASK_AFTER_MS)
        self._pause.timeout.connect(lambda: self._wishes.ask_suggestions(self._typed, self.pool))
        self._disconnect: tuple[Callable[[], None], ...] = (
            conversation.changed.connect(self._follow),
            conversation.wishes.suggested.connect(self._take_suggestions),
            store.changed.connect(self._follow_settings),
        )
        self.set_wants_camera = self._wishes.set_wants_camera
        self.add_interest = self._wishes.add_interest
        self.remove_interest = self._wishes.remove_interest
        self.set_scope: Callable[[Scope], None] = self._wishes.set_scope
        self.add_language = self._wishes.add_language
        self.remove_language = self._wishes.remove_language
        self.set_pool = self._wishes.set_pool

    def close(self) -> None:
        """Stop listening; nothing is emitted afterwards."""
        for disconnect in self._disconnect:
            disconnect()
        self._disconnect = ()
        self._pause.stop()

    @property
    def settings(self) -> Settings:
        return self._store.value

    @property
    def pools(self) -> tuple[Pool, ...]:
        """What the server in use lets one choose from; none stands for one alone."""
        return self._conversation.situation.pools

    @property
    def pool(self) -> str:
        """The name of the pool that is searched in."""
        server = self._store.value.server_in_use
        chosen = server.pool if server is not None else ""
        names = [pool.name for pool in self.pools]
        return chosen if chosen in names else next(iter(names), "")

    def note_typed(self, text: str) -> None:
        """The entry holds this now; `suggested` follows after a pause."""
        self._typed = " ".join(text.split())
        self._pause.start()

    def forget_typed(self) -> None:
        """The entry was emptied, for its word was taken."""
        self._typed = ""
        self._pause.stop()

    def _take_suggestions(self, answer: InterestsSuggested) -> None:
        """An answer to what was typed or chosen before comes too late to be shown."""
        if (answer.prefix, answer.pool) == (self._typed, self.pool):
            self.suggested.emit(answer.interests)

    def _follow(self, situation: Situation) -> None:
        if situation.pools != self._pools:
            self._pools = situation.pools
            self.pools_changed.emit()
            self._forget_other_pool()

    def _follow_settings(self, settings: Settings) -> None:
        self.settings_changed.emit(settings)
        self._forget_other_pool()

    def _forget_other_pool(self) -> None:
        """What people of one pool use is no suggestion for another."""
        if self.pool != self._pool:
            self._pool = self.pool
            self.suggested.emit([])
            if self._typed:
                self._pause.start()
