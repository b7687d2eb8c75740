"""A call over a link in simulated time: a sender that does as its controller says, and a queue."""

import random
from collections import deque
from dataclasses import dataclass, field

from desktop_app.engine.rate.controller import RateController
from desktop_app.engine.rate.path import Carried, Path
from desktop_app.engine.rate.shares import Shares

PICTURE_EVERY_S = 1 / 30
VOICE_EVERY_S = 0.02
VOICE_BYTES = 220
PACKET_BYTES = 1_250
FEEDBACK_EVERY_S = 0.05
STEP_S = 0.001


@dataclass
class Link:
    """capacity_bps is None where it has no limit; the queue is deep unless said otherwise."""

    capacity_bps: float | None = None
    delay_s: float = 0.025
    loss: float = 0.0
    queue_s: float = 2.0
    jitter_s: float = 0.0
    stalled_until_s: float = 0.0
    _free_at: float = 0.0
    _random: random.Random = field(default_factory=lambda: random.Random(7))

    def carry(self, now_s: float, size: int) -> float | None:
        """Return when a packet arrives, None when it is lost."""
        if self._random.random() < self.loss:
            return None
        if self.capacity_bps is None:
            self._free_at = now_s
        else:
            self._free_at = max(self._free_at, now_s)
            if self._free_at - now_s > self.queue_s:
                return None
            self._free_at += size * 8 / self.capacity_bps
        arrives_s = self._free_at + self.delay_s + self._random.random() * self.jitter_s
        return max(arrives_s, self.stalled_until_s)

    def queue_at(self, now_s: float) -> float:
        """Return how long the queue is, in seconds."""
        return max(0.0, self._free_at - now_s)


class SimulatedCall:
    """Sends voice and pictures at the controller's rate; feedback takes the way back.

    most_bps is what the picture's encoder makes of it at most.
    """

    def __init__(self, link: Link, most_bps: float = 2_500_000.0) -> None:
        self.link = link
        self.controller = RateController()
        self.now_s = 0.0
        self.queues_s: list[tuple[float, float]] = []
        self.rates_bps: list[tuple[float, float]] = []
        self._most_bps = most_bps
        self._shares = Shares(lambda: self.now_s)
        self._bits = 0.0
        self._path = Path()
        self._told: deque[tuple[float, list[Carried]]] = deque()
        self._flying: list[Carried] = []
        self._next = {"voice": 0.0, "picture": 0.0, "feedback": 0.0}

    def run(self, seconds: float) -> None:
        until_s = self.now_s + seconds
        while self.now_s < until_s:
            self._step()
            self.now_s += STEP_S

    def rate_bps(self) -> float:
        return self.controller.rate_bps

    def standing_s(self, since_s: float) -> float:
        """Return what the queue stands at, since then: its median."""
        queues = sorted(queue for at, queue in self.queues_s if at >= since_s)
        return queues[len(queues) // 2]

    def longest_queue_s(self, since_s: float) -> float:
        return max(queue for at, queue in self.queues_s if at >= since_s)

    def first_at(self, rate_bps: float, since_s: float) -> float:
        """Return how long after that moment the rate was so high."""
        return (
            next(at for at, rate in self.rates_bps if at >= since_s and rate >= rate_bps) - since_s
        )

    def lowest_bps(self, since_s: float) -> float:
        return min(rate for at, rate in self.rates_bps if at >= since_s)

    def _step(self) -> None:
        if self._is_due("voice", VOICE_EVERY_S):
            self._shares.voice.add(VOICE_BYTES)
            self._send(VOICE_BYTES)
        if self._is_due("picture", PICTURE_EVERY_S):
            picture_bps = self._shares.picture_bps(
                self.controller.rate_bps, self.controller.queue_s
            )
            self._bits += min(self._most_bps, picture_bps) * PICTURE_EVERY_S
            while self._bits > 0:
                self._send(PACKET_BYTES)
                self._bits -= PACKET_BYTES * 8
        if self._is_due("feedback", FEEDBACK_EVERY_S):
            self._tell()
            self.queues_s.append((self.now_s, self.link.queue_at(self.now_s)))
            self.rates_bps.append((self.now_s, self.controller.rate_bps))
        while self._told and self._told[0][0] <= self.now_s:
            self._path.take(self._told.popleft()[1])
            self.controller.update(self.now_s, self._path)

    def _is_due(self, what: str, every_s: float) -> bool:
        if self.now_s < self._next[what]:
            return False
        self._next[what] += every_s
        return True

    def _send(self, size: int) -> None:
        self._flying.append(Carried(self.now_s, self.link.carry(self.now_s, size), size))

    def _tell(self) -> None:
        """Let the receiver tell of what has come, and of what is missing before that."""
        came = [
            one for one in self._flying if one.arrived_s is not None and one.arrived_s <= self.now_s
        ]
        if not came:
            return
        last = max(one.sent_s for one in came)
        told = [one for one in self._flying if one.sent_s <= last]
        self._flying = [one for one in self._flying if one.sent_s > last]
        self._told.append((self.now_s + self.link.delay_s, told))
