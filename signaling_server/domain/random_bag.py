"""A set that gives its members in random order without being scanned."""

from random import Random
from typing import Generic, TypeVar

T = TypeVar("T")


class RandomBag(Generic[T]):
    """A list and each member's place in it: add, discard and draw all take constant time."""

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

    def draw(self, random: Random, drawn: int) -> T:
        """Return a member that was not among the last `drawn` draws, each as likely.

        The drawn ones lie at the end of the list, so a series of draws counts up from 0 and
        the bag must not change in between. IndexError when all have been drawn.
        """
        members, places = self._members, self._places
        last = len(members) - 1 - drawn
        if last < 0:
            raise IndexError("every member has been drawn")
        # Faster than randrange; its bias is below one in 10^10 here.
        place = int(random.random() * (last + 1))
        member, other = members[place], members[last]
        if member is not other:
            members[place], members[last] = other, member
            places[other], places[member] = place, last
        return member
