"""Whom a person wants to meet: interests, languages, a pool; each change is searched with at once."""

from collections.abc import Callable

import msgspec

from desktop_app.core import Signal
from desktop_app.settings.store import SettingsStore
from desktop_app.signaling.client import SignalingClient
from signaling_server.protocol import limits
from signaling_server.protocol.messages import InterestsSuggest, InterestsSuggested, Scope
from signaling_server.protocol.words import interests_of


class Wishes:
    """Interface thread only. on_change is called after each change that a search carries."""

    def __init__(
        self, store: SettingsStore, link: SignalingClient, on_change: Callable[[], None]
    ) -> None:
        self.suggested: Signal[InterestsSuggested] = Signal()
        self._store = store
        self._link = link
        self._on_change = on_change

    def set_wants_camera(self, on: bool) -> None:
        self._change(wants_camera=on)

    def add_interest(self, words: str) -> bool:
        """Take a free word or a few; False when it is empty, too long, there already or one too many."""
        interest = " ".join(words.split())
        interests = self._store.value.interests
        if len(interest) > limits.INTEREST_MAX_CHARACTERS or len(interests) >= limits.INTERESTS_MAX:
            return False
        if len(interests_of((*interests, interest))) == len(interests_of(interests)):
            return False
        self._change(interests=(*interests, interest))
        return True

    def remove_interest(self, interest: str) -> None:
        left = tuple(other for other in self._store.value.interests if other != interest)
        self._change(interests=left)

    def set_scope(self, scope: Scope) -> None:
        self._change(scope=scope)

    def add_language(self, tag: str) -> bool:
        """tag is of BCP 47; False when it is there already or one too many."""
        languages = self._store.value.languages
        if tag in languages or len(languages) >= limits.LANGUAGES_MAX:
            return False
        self._change(languages=(*languages, tag))
        return True

    def remove_language(self, tag: str) -> None:
        left = tuple(other for other in self._store.value.languages if other != tag)
        self._change(languages=left)

    def set_pool(self, name: str) -> None:
        """Meet the people of this pool of the server in use, and nobody else."""
        settings = self._store.value
        if (server := settings.server_in_use) is not None:
            chosen = msgspec.structs.replace(server, pool=name)
            self._change(servers=settings.servers_with(chosen))

    def ask_suggestions(self, prefix: str, pool: str) -> None:
        """Ask for words of a pool's people; answered by `suggested`, unless no server is there."""
        if len(prefix) <= limits.INTEREST_MAX_CHARACTERS:
            self._link.send(InterestsSuggest(prefix, pool))

    def _change(self, **fields: object) -> None:
        before = self._store.value
        self._store.change(**fields)
        if self._store.value is not before:
            self._on_change()
