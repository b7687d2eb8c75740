"""Which versions of the protocol there are, and the features a peer may name."""

from collections.abc import Iterable
from enum import StrEnum

VERSIONS: tuple[int, ...] = (1,)
"""Versions this server speaks, newest first."""


class Feature(StrEnum):
    """What a client can do beyond the version it speaks; unknown names are ignored."""

    PAIRED_DESCRIPTIONS = "paired-descriptions"
    """It can take a stranger's parked offer as the answer to its own (docs/protocol.md)."""
    ACKNOWLEDGED = "acknowledged"
    """It counts what it hears and says so, and nothing is lost or told twice across sockets."""
    RELAY = "relay"
    """It can call through the server's relay; it holds where the server has one."""
    REPLACING_CONNECTIONS = "replacing-connections"
    """It can set up a second connection in a call, and change over once that carries media."""
    INTERESTS = "interests"
    """Its searches may carry interests, languages, a scope and a pool."""


def choose_version(offered: Iterable[int]) -> int | None:
    """Return the newest version both sides speak, or None when there is none."""
    offered = set(offered)
    return next((version for version in VERSIONS if version in offered), None)


def known_features(named: Iterable[str]) -> frozenset[Feature]:
    """Return the named features that this version of the protocol knows."""
    known = {feature.value for feature in Feature}
    return frozenset(Feature(name) for name in named if name in known)
