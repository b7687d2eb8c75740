"""Interests that several people use, for those who type one."""

import hashlib
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Iterable
from heapq import nsmallest

from msgspec import Struct

from signaling_server.protocol import limits

_WORDS_MAX = 20_000
_UNTOLD_MAX = 2_000
"""Words that wait to be told to other servers; where there are more, the rest stays here."""
_MARK_BYTES = 8
_LOOKED_AT = 500


class WordUse(Struct, frozen=True, array_like=True):
    """How often a word was used, and the marks of the first few people who did."""

    word: str
    times: int
    people: list[bytes]


class Suggestions:
    """Which interests people search with, without keeping who does.

    Of each word it is known how often it was used, and of the first few people who did a mark,
    which is another one for each word; the words used longest ago make room for new ones. A
    word that too few people use is never told to a person.
    """

    def __init__(self, words_max: int = _WORDS_MAX) -> None:
        self._words_max = words_max
        self._users: OrderedDict[str, set[bytes]] = OrderedDict()
        self._uses: dict[str, int] = {}
        self._tellable: list[str] = []
        self._popular: list[str] = []
        self._noted = 0
        self._shares = False
        self._untold: dict[str, int] = {}

    def share(self) -> None:
        """Keep from now on what the other servers of the pool are to be told."""
        self._shares = True

    def note(self, person: bytes, interests: tuple[str, ...]) -> None:
        """A person, as the secret that stands for one, searches with these."""
        for word in interests:
            mark = hashlib.blake2b(word.encode(), key=person, digest_size=_MARK_BYTES).digest()
            self._count(word, 1, (mark,))
            if self._shares and (word in self._untold or len(self._untold) < _UNTOLD_MAX):
                self._untold[word] = self._untold.get(word, 0) + 1

    def take_untold(self) -> list[WordUse]:
        """Return what was noted since the last time, where that is shared.

        All who are known to use a word are named, so that a server which is new learns of it.
        """
        untold, self._untold = self._untold, {}
        return [
            WordUse(word, times, sorted(self._users[word]))
            for word, times in untold.items()
            if word in self._users
        ]

    def hear(self, uses: Iterable[WordUse]) -> None:
        """Count what was noted at another server."""
        for use in uses:
            self._count(use.word, use.times, use.people)

    def _count(self, word: str, times: int, people: Iterable[bytes]) -> None:
        self._noted += 1
        users = self._users.setdefault(word, set())
        self._users.move_to_end(word)
        self._uses[word] = self._uses.get(word, 0) + times
        if len(users) < limits.SUGGESTED_FROM_PEOPLE:
            users.update(people)
            if len(users) >= limits.SUGGESTED_FROM_PEOPLE:
                insort(self._tellable, word)
        if len(self._users) > self._words_max:
            self._forget_oldest()

    def beginning_with(self, prefix: str) -> list[str]:
        """Return the words used most that begin like this, in the server's spelling."""
        if not prefix:
            return self._used_most()
        first = bisect_left(self._tellable, prefix)
        found = []
        for word in self._tellable[first : first + _LOOKED_AT]:
            if not word.startswith(prefix):
                break
            found.append(word)
        found.sort(key=lambda word: -self._uses[word])
        return found[: limits.SUGGESTIONS_MAX]

    def _used_most(self) -> list[str]:
        # Counted anew after as many uses as there are words, so that it costs each little.
        if self._noted >= len(self._tellable):
            self._popular = nsmallest(
                limits.SUGGESTIONS_MAX, self._tellable, key=lambda word: -self._uses[word]
            )
            self._noted = 0
        return self._popular

    def _forget_oldest(self) -> None:
        word, users = self._users.popitem(last=False)
        del self._uses[word]
        if len(users) >= limits.SUGGESTED_FROM_PEOPLE:
            self._tellable.pop(bisect_left(self._tellable, word))
