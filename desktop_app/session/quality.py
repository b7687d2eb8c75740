"""How good a call is at the moment, and what stands in the way."""

from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from desktop_app.engine_messages import Statistics

LOOK_BACK = 5
"""Seconds that are judged together, so that no badge flickers."""


class Level(StrEnum):
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class Trouble(StrEnum):
    """What hurts most; ui/figure_messages.py has a sentence for each."""

    NONE = "none"
    LOSS = "loss"
    """Packets are lost in both directions: it is this side's connection, most likely."""
    LOSS_SENT = "loss_sent"
    LOSS_RECEIVED = "loss_received"
    FREEZES = "freezes"
    DELAY = "delay"
    JITTER = "jitter"
    NARROW = "narrow"
    """The path carries so little that our picture is sent smaller, or less often."""
    STRAINED = "strained"
    """This machine is too busy for the whole picture, which is sent smaller. What it is late with looks
    like a bad line."""


@dataclass(frozen=True)
class Quality:
    level: Level = Level.GOOD
    trouble: Trouble = Trouble.NONE


@dataclass(frozen=True)
class _Limits:
    """From where on something is felt, and from where on it hurts."""

    trouble: Trouble
    fair: float
    poor: float

    def judge(self, value: float) -> Quality:
        if value >= self.poor:
            return Quality(Level.POOR, self.trouble)
        return Quality(Level.FAIR, self.trouble) if value >= self.fair else Quality()


_LOSS_PERCENT = (2.0, 8.0)
_FROZEN = _Limits(Trouble.FREEZES, 0.4, 1.5)
"""Seconds of LOOK_BACK."""
_DELAY = _Limits(Trouble.DELAY, 250.0, 500.0)
_JITTER = _Limits(Trouble.JITTER, 40.0, 100.0)
_NARROW_BPS = (600_000, 250_000)
"""Of what the path carries: below these it is felt, and hurts. 720p takes twice as much at least."""
_USED = 0.6
"""Of a path that is used for less nobody knows what it carries."""
_ORDER = [Level.GOOD, Level.FAIR, Level.POOR]


class QualityWatch:
    """Judges the last seconds of a call, the worst trouble first."""

    def __init__(self) -> None:
        self._last: deque[Statistics] = deque(maxlen=LOOK_BACK + 1)

    def take(self, statistics: Statistics) -> Quality:
        """Take the figures of one more second; those of another call begin anew."""
        if self._last and self._last[-1].call != statistics.call:
            self._last.clear()
        self._last.append(statistics)
        frozen_s = statistics.freeze_s - self._last[0].freeze_s
        judged = [
            self._loss(),
            _FROZEN.judge(frozen_s),
            _DELAY.judge(self._mean("round_trip_ms")),
            _JITTER.judge(self._mean("jitter_ms")),
            self._narrowness(),
        ]
        if any(one.strained for one in self._last):
            judged = [_blamed_on_strain(quality) for quality in judged]
            judged.append(Quality(Level.FAIR, Trouble.STRAINED))
        return max(judged, key=lambda quality: _ORDER.index(quality.level))

    def _loss(self) -> Quality:
        sent, received = self._mean("loss_percent"), self._mean("received_loss_percent")
        felt = _LOSS_PERCENT[0]
        if sent >= felt and received >= felt:
            trouble = Trouble.LOSS
        else:
            trouble = Trouble.LOSS_SENT if sent > received else Trouble.LOSS_RECEIVED
        return _Limits(trouble, *_LOSS_PERCENT).judge(max(sent, received))

    def _narrowness(self) -> Quality:
        carried = [
            one.path_bps
            for one in self._last
            if one.sent_width and one.path_bps and one.sent_bps > _USED * one.path_bps
        ]
        mean_bps = sum(carried) / len(carried) if carried else float("inf")
        felt_bps, hurts_bps = _NARROW_BPS
        if mean_bps >= felt_bps:
            return Quality()
        level = Level.FAIR if mean_bps >= hurts_bps else Level.POOR
        return Quality(level, Trouble.NARROW)

    def _mean(self, name: str) -> float:
        known = [value for one in self._last if (value := getattr(one, name)) is not None]
        return sum(known) / len(known) if known else 0.0


def _blamed_on_strain(quality: Quality) -> Quality:
    """Only packets that are lost are lost by a line."""
    lost = quality.trouble in (Trouble.LOSS, Trouble.LOSS_SENT, Trouble.LOSS_RECEIVED)
    return quality if lost else Quality(quality.level, Trouble.STRAINED)
