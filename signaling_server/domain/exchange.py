"""Roles of a call, and whose parked description goes to whom."""

from random import Random

from msgspec import Struct

from signaling_server.protocol.messages import Exchange, Role


class Party(Struct, frozen=True, gc=False):
    """What one side brings: its parked offer, and whether it can take an offer as answer."""

    description: str | None
    pairs: bool


class Part(Struct, frozen=True, gc=False):
    """What one side is told; description is the other's parked offer, or None."""

    role: Role
    exchange: Exchange
    description: str | None = None


_OFFERS = Part(Role.OFFERER, Exchange.CLASSICAL)
_ANSWERER, _CLASSICAL = Role.ANSWERER, Exchange.CLASSICAL


def arrange(one: Party, other: Party, random: Random) -> tuple[Part, Part]:
    """Return the parts of both sides of a call.

    Where both have parked an offer and can pair, each gets the other's. Otherwise the one whose
    parked offer is used offers: the only one there is, or that of the side which cannot pair.
    """
    both_parked = one.description is not None and other.description is not None
    if both_parked and one.pairs and other.pairs:
        first, second = _shuffled_roles(random)
        return (
            Part(first, Exchange.PAIRED, other.description),
            Part(second, Exchange.PAIRED, one.description),
        )
    if _one_offers(one, other, random):
        return _classical(one)
    second_part, first_part = _classical(other)
    return first_part, second_part


def _one_offers(one: Party, other: Party, random: Random) -> bool:
    one_parked, other_parked = one.description is not None, other.description is not None
    if one_parked != other_parked:
        return one_parked
    if one_parked and one.pairs != other.pairs:
        return not one.pairs
    return random.random() < 0.5


def _classical(offerer: Party) -> tuple[Part, Part]:
    return _OFFERS, Part(_ANSWERER, _CLASSICAL, offerer.description)


def _shuffled_roles(random: Random) -> tuple[Role, Role]:
    if random.random() < 0.5:
        return Role.OFFERER, Role.ANSWERER
    return Role.ANSWERER, Role.OFFERER
