"""Interests that several people use, for those who type one."""

from bisect import bisect_left, insort
from collections import OrderedDict
from heapq import nsmallest

from signaling_server.protocol import limits

_WORDS_MAX = 20_000
_LOOKED_AT = 500


class Suggestions:
    """Which interests people search with, without keeping who does.

    Of each word it is known how often it was used and by which first few people, as hashes that
    mean nothing outside this process; the words used longest ago make room for new ones. A word
    that too few people use is never told.
    """

    def __init__(self, words_max: int = _WORDS_MAX) -> None:
        self._words_max = words_max
        self._users: OrderedDict[str, set[int]] = OrderedDict()
        self._uses: dict[str, int] = {}
        self._tellable: list[str] = []
        self._popular: list[str] = []
        self._noted = 0

    def note(self, person: bytes, interests: tuple[str, ...]) -> None:
        """A person searches with these."""
        self._noted += 1
        for word in interests:
            users = self._users.setdefault(word, set())
            self._users.move_to_end(word)
            self._uses[word] = self._uses.get(word, 0) + 1
            if len(users) < limits.SUGGESTED_FROM_PEOPLE:
                users.add(hash(person))
                if len(users) == limits.SUGGESTED_FROM_PEOPLE:
                    insort(self._tellable, word)
        while len(self._users) > self._words_max:
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
        # Counted anew after as many searches as there are words, so that it costs each little.
        if self._noted >= len(self._tellable):
            self._popular = nsmallest(
                limits.SUGGESTIONS_MAX, self._tellable, key=lambda word: -self._uses[word]
            )
            self._noted = 0
        return self._popular

    def _forget_oldest(self) -> None:
        word, users = self._users.popitem(last=False)
        del self._uses[word]
        if len(users) == limits.SUGGESTED_FROM_PEOPLE:
            self._tellable.pop(bisect_left(self._tellable, word))
