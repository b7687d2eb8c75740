"""A set that gives its members in random order without being scanned."""

from collections.abc import Iterator
from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class RandomBag(Generic[T]):
    """A list and each member's place in it: add, discard and each draw take constant time."""

    __slots__ = ("_members", "_places")

    def __init__(self) -> None:
        self._members: list[T] = []
        self._places: dict[T, int] = {}

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, member: T) -> bool:
        return member in self._places

    def add(self, member: T) -> None:
        if member not in self._places:
            self._places[member] = len(self._members)
            self._members.append(member)

    def discard(self, member: T) -> None:
        place = self._places.pop(member, None)
        if place is None:
            return
        last = self._members.pop()
        if last is not member:
            self._members[place] = last
            self._places[last] = place

    def draw(self, random: Random) -> T:
        """Return one member, each as likely; the bag is not empty."""
        members = self._members
        # Faster than randrange; its bias is below one in 10^10 here.
        return members[int(random.random() * len(members))]

    def draws(self, random: Random) -> Iterator[T]:
        """Yield every member once, each of those left as likely; the bag must not change meanwhile.

        Drawn ones are put at the end of the list, but only when another is asked for: the first
        is mostly taken, and then nothing is moved.
        """
        members, places = self._members, self._places
        for last in range(len(members) - 1, -1, -1):
            place = int(random.random() * (last + 1))
            member = members[place]
            yield member
            other = members[last]
            members[place], members[last] = other, member
            places[other], places[member] = place, last
