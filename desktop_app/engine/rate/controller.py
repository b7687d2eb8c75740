"""Decides how much may be sent over a path: up while its queue is empty, down when it stands.

docs/decisions/0009-rate-control.md says why it looks at the queue itself.
"""

from desktop_app.engine.rate.path import Seen, Watched

START_BPS = 1_150_000.0
FLOOR_BPS = 60_000.0
CEILING_BPS = 4_600_000.0
STANDING_MAX_S = 0.06
"""A queue beyond this is ours; wireless links hold packets back for less."""
SUDDEN_MAX_S = 0.12
"""One that is as long at once is not waited for: a line that has fallen fills it in no time."""
DRAINED_S = 0.03
BACK_OFF = ((0.12, 0.85), (0.4, 0.65), (float("inf"), 0.5))
"""Of what got through, for a queue up to so many seconds: it is gone a second or two later."""
BACK_OFF_AGAIN_S = 0.4
DOUBTED = 0.5
STALL_S = 0.3
AFTER_STALL = 0.9
"""A queue that is gone sooner than sending less can have emptied it was no full line."""
USED, UNUSED = 0.3, 0.85
"""Of a path that was used for so little of the rate it is not known what would get through."""
DRAIN_PATIENCE_S = 2.0
DRAIN_STEP_S = 0.02
"""A delay that falls by less in that time, though less is sent, is the path's own."""
AFTER_DRAINING = 0.85
"""Of what was known to get through."""
GROWTH_PER_S = 0.5
GROWTH_NEAR_PER_S = 0.15
"""Where the path was full a moment ago."""
NEAR = (0.75, 1.25)
FULL_REMEMBERED_S = 10.0
AHEAD, AHEAD_BPS = 1.35, 100_000.0
"""How far the rate may be ahead of what is really sent: of an idle path nothing is known."""
LOSS_MAX = 0.15
"""Random loss below this is left to repairs: sending less would not lessen it."""
LOSS_HEAVY = 0.4
YIELD = 0.85
SILENCE_S = 1.0


class RateController:
    """Belongs to one thread. Times are in seconds of one clock, rates in bit/s with headers."""

    def __init__(self, start_bps: float = START_BPS) -> None:
        self.rate_bps = start_bps
        self.limit_bps = CEILING_BPS
        """What the other side asks not to exceed, where it says so."""
        self.is_draining = False
        self.queue_s = 0.0
        """What packets stand in the path's queue, as it was seen last."""
        self._began_at = 0.0
        self._before_bps = 0.0
        self._fell_at = 0.0
        self._least_queue_s = 0.0
        self._updated_at: float | None = None
        self._backed_off_at = self._doubted_at = -BACK_OFF_AGAIN_S
        self._full_bps = 0.0
        self._full_at = -FULL_REMEMBERED_S

    def update(self, now_s: float, path: Watched) -> None:
        """Follow what a path has shown, each time it shows something."""
        elapsed_s = (
            min(now_s - self._updated_at, SILENCE_S) if self._updated_at is not None else 0.0
        )
        self._updated_at = now_s
        seen = path.seen()
        self.queue_s = max(seen.standing_s, seen.sudden_s)
        if self.is_draining and not self._drains(now_s, seen):
            path.accept_delay()
            self.is_draining = False
        elif _is_full(seen):
            self._back_off(now_s, seen)
        elif self.is_draining and seen.standing_s > DRAINED_S:
            return
        elif seen.loss > LOSS_MAX:
            self._yield_to_loss(now_s, seen)
        else:
            self._end_draining(now_s)
            if seen.standing_s <= DRAINED_S:
                self._grow(now_s, elapsed_s, seen)
        self._set(self.rate_bps)

    def doubt(self, now_s: float) -> None:
        """Feedback is overdue: it may stand in a queue itself. Send half until it comes.

        Where the path was full a moment ago, the rate is low already.
        """
        if now_s - max(self._doubted_at, self._backed_off_at) < BACK_OFF_AGAIN_S:
            return
        if now_s - self._full_at < FULL_REMEMBERED_S:
            return
        self._doubted_at = now_s
        self._begin_draining(now_s)
        self._set(DOUBTED * self.rate_bps)

    def begin_low(self) -> None:
        """Nothing has been heard of what was sent for SILENCE_S: it may be another path by now."""
        self._set(min(self.rate_bps, START_BPS / 2))

    def _back_off(self, now_s: float, seen: Seen) -> None:
        if now_s - self._backed_off_at < BACK_OFF_AGAIN_S:
            return
        self._begin_draining(now_s)
        self._backed_off_at = now_s
        if seen.offered_bps < USED * self.rate_bps and seen.loss < LOSS_HEAVY:
            self._set(UNUSED * self.rate_bps)
            return
        self._full_at = now_s
        self._full_bps = seen.bottleneck_bps
        share = next(share for most_s, share in BACK_OFF if self.queue_s <= most_s)
        self._set(min(self.rate_bps, share * seen.bottleneck_bps))

    def _begin_draining(self, now_s: float) -> None:
        if not self.is_draining:
            self.is_draining = True
            self._began_at, self._before_bps = now_s, self.rate_bps
            self._fell_at, self._least_queue_s = now_s, float("inf")

    def _drains(self, now_s: float, seen: Seen) -> bool:
        """Whether the queue has become shorter lately, now that less is sent."""
        if seen.standing_s < self._least_queue_s - DRAIN_STEP_S:
            self._fell_at, self._least_queue_s = now_s, seen.standing_s
        return now_s - self._fell_at < DRAIN_PATIENCE_S

    def _end_draining(self, now_s: float) -> None:
        if not self.is_draining:
            return
        self.is_draining = False
        self.rate_bps = max(self.rate_bps, AFTER_DRAINING * self._full_bps)
        if now_s - self._began_at < STALL_S:
            self._full_at = now_s - FULL_REMEMBERED_S
            self.rate_bps = max(self.rate_bps, AFTER_STALL * self._before_bps)

    def _yield_to_loss(self, now_s: float, seen: Seen) -> None:
        """A queue too short to be seen loses packets instead."""
        if now_s - self._backed_off_at < SILENCE_S:
            return
        self._backed_off_at = now_s
        least = 0.0 if seen.loss > LOSS_HEAVY else YIELD * self.rate_bps
        self._set(min(self.rate_bps, max(least, seen.delivered_bps)))

    def _grow(self, now_s: float, elapsed_s: float, seen: Seen) -> None:
        least, most = (share * self._full_bps for share in NEAR)
        is_near = now_s - self._full_at < FULL_REMEMBERED_S and least < self.rate_bps < most
        speed = GROWTH_NEAR_PER_S if is_near else GROWTH_PER_S
        grown = self.rate_bps * (1.0 + speed * elapsed_s)
        self.rate_bps = max(self.rate_bps, min(grown, AHEAD * seen.delivered_bps + AHEAD_BPS))

    def _set(self, rate_bps: float) -> None:
        self.rate_bps = max(FLOOR_BPS, min(rate_bps, self.limit_bps, CEILING_BPS))


def _is_full(seen: Seen) -> bool:
    if seen.standing_s > STANDING_MAX_S or seen.sudden_s > SUDDEN_MAX_S:
        return True
    return seen.standing_s > DRAINED_S and seen.loss > LOSS_MAX  # A short queue that overflows.
