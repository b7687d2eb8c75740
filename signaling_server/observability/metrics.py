"""The figures at /metrics."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.errors import ErrorCode
from signaling_server.protocol.messages import Message, Mode

_CALL_BUCKETS_S = (1, 3, 10, 30, 60, 180, 600, 1_800, 3_600)
COUNTED_AT_ONCE = 1_000
"""Figures that a Spread keeps at most before it counts them."""
_WAIT_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 60, 300)


class Spread:
    """How often figures of one kind fell below each bound."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._total = 0.0
        self._new: list[float] = []
        """Figures that are not counted yet: many are counted in less time than one by one."""

    def add(self, figure: float) -> None:
        self._new.append(figure)
        if len(self._new) >= COUNTED_AT_ONCE:
            self._count()

    def family(self, name: str, text: str) -> HistogramMetricFamily:
        """Return it as Prometheus takes it: each count holds those below it."""
        self._count()
        names = [*map(str, map(float, self._bounds)), "+Inf"]
        counts = accumulate(self._counts)
        buckets = list(zip(names, counts, strict=True))
        return HistogramMetricFamily(name, text, buckets, self._total)

    def _count(self) -> None:
        new, self._new = sorted(self._new), []
        self._total += sum(new)
        below = 0
        for place, bound in enumerate(self._bounds):
            up_to = bisect_right(new, bound)
            self._counts[place] += up_to - below
            below = up_to
        self._counts[-1] += len(new) - below


class Metrics:
    """Counters of one server in a registry of their own.

    What is counted thousands of times a second are plain numbers of the server's loop.
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.connections = Gauge(
            "passerby_connections", "Open WebSocket connections", registry=registry
        )
        self.received: defaultdict[type[Message], int] = defaultdict(int)
        """Messages by type."""
        self.sent: defaultdict[type[Message], int] = defaultdict(int)
        self.matches = 0
        self.match_waits = Spread(_WAIT_BUCKETS_S)
        """How long matched peers had waited, in seconds."""
        self.call_lengths = Spread(_CALL_BUCKETS_S)
        registry.register(_Plain(self))
        ProcessCollector(registry=registry)
        self._errors = Counter("passerby_errors", "Refusals by code", ["code"], registry=registry)

    def refused(self, code: ErrorCode) -> None:
        self._errors.labels(code).inc()

    def match_made(self, waits_s: tuple[float, float]) -> None:
        self.matches += 1
        one_s, other_s = waits_s
        self.match_waits.add(one_s)
        self.match_waits.add(other_s)

    def call_ended(self, lasted_s: float) -> None:
        self.call_lengths.add(lasted_s)

    def watch(self, lobby: Lobby) -> None:
        """Read these gauges off the lobby whenever the figures are asked for."""
        registry = self._registry
        sessions = Gauge("passerby_sessions", "Sessions, away ones included", registry=registry)
        sessions.set_function(lambda: lobby.sessions)
        calls = Gauge("passerby_calls", "Calls that live", registry=registry)
        calls.set_function(lambda: lobby.calls)
        waiting = Gauge(
            "passerby_waiting", "Peers who wait for a stranger", ["mode"], registry=registry
        )
        for mode in Mode:
            waiting.labels(mode).set_function(partial(lobby.waiting, mode))

    def text(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        return generate_latest(self._registry)


class _Plain(Collector):
    """Gives the plain numbers to Prometheus."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        metrics = self._metrics
        for name, counts in (("received", metrics.received), ("sent", metrics.sent)):
            family = CounterMetricFamily(
                f"passerby_messages_{name}", "Messages by type", labels=["type"]
            )
            for kind, count in counts.items():
                family.add_metric([str(kind.__struct_config__.tag)], count)
            yield family
        yield CounterMetricFamily("passerby_matches", "Calls begun", metrics.matches)
        yield metrics.match_waits.family(
            "passerby_match_wait_seconds", "How long a matched peer had waited"
        )
        yield metrics.call_lengths.family("passerby_call_seconds", "How long calls lasted")
