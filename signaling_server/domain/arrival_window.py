"""Under load, the searches of a short window are drawn together."""

import math

from signaling_server.domain.peer import Peer
from signaling_server.protocol import limits

_REMEMBERED_S = 2.0
"""Time constant of the rate of arrivals."""
_CHANCE = 3.0
"""Standard deviations by which the rate has to be above the least, so that chance opens no window."""


class ArrivalWindow:
    """Holds back the searches that arrive within a window, when many do.

    Whoever arrives alone at a busy moment would be paired with whoever came just before: a
    window gives the draw more people to choose from. Times are in seconds of the lobby's clock.
    """

    def __init__(self, longest_s: float) -> None:
        self._longest_s = longest_s
        self._rate_per_s = 0.0
        self._last = 0.0
        self._held: dict[Peer, None] = {}
        self.ends: float | None = None
        """When those held are to be drawn; None when nobody is."""

    def hold(self, peer: Peer, now: float, share: float) -> bool:
        """Note a new search; True when it is held back until the window ends.

        share is the part of all people that this server has.
        """
        if not self._longest_s:
            return False
        fading = math.exp((self._last - now) / _REMEMBERED_S)
        self._rate_per_s = self._rate_per_s * fading + 1 / _REMEMBERED_S
        self._last = now
        least_per_s = limits.WINDOW_FROM_PER_S * share
        # What a Poisson process of that rate is taken for scatters by this.
        scatter_per_s = math.sqrt(least_per_s / (2 * _REMEMBERED_S))
        if self._rate_per_s < least_per_s + _CHANCE * scatter_per_s:
            return False
        self._held[peer] = None
        if self.ends is None:
            self.ends = now + self._longest_s
        return True

    def release(self, peer: Peer) -> None:
        """The peer does not search any more, or looks by itself."""
        self._held.pop(peer, None)

    def take_due(self, now: float) -> list[Peer]:
        """Return those whose window has ended, in the order in which they came."""
        if self.ends is None or now < self.ends:
            return []
        held, self._held, self.ends = list(self._held), {}, None
        return held
