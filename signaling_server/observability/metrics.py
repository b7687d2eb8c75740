"""The figures at /metrics."""

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily
from prometheus_client.registry import Collector

from signaling_server.domain.lobby import Lobby
from signaling_server.protocol.messages import Mode

_CALL_BUCKETS_S = (1, 3, 10, 30, 60, 180, 600, 1_800, 3_600)
_WAIT_BUCKETS_S = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 60, 300)


class Metrics:
    """Counters of one server in a registry of their own."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.connections = Gauge(
            "passerby_connections", "Open WebSocket connections", registry=registry
        )
        self.received: defaultdict[str, int] = defaultdict(int)
        """Messages by type; plain numbers, for they are counted thousands of times a second."""
        self.sent: defaultdict[str, int] = defaultdict(int)
        registry.register(_Messages(self))
        ProcessCollector(registry=registry)
        self.errors = Counter("passerby_errors", "Refusals by code", ["code"], registry=registry)
        self._matches = Counter("passerby_matches", "Calls begun", registry=registry)
        self._match_wait = Histogram(
            "passerby_match_wait_seconds",
            "How long a matched peer had waited",
            buckets=_WAIT_BUCKETS_S,
            registry=registry,
        )

        self._call_length = Histogram(
            "passerby_call_seconds",
            "How long calls lasted",
            buckets=_CALL_BUCKETS_S,
            registry=registry,
        )

    def match_made(self, waits_s: tuple[float, float]) -> None:
        self._matches.inc()
        for wait_s in waits_s:
            self._match_wait.observe(wait_s)

    def call_ended(self, lasted_s: float) -> None:
        self._call_length.observe(lasted_s)

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


class _Messages(Collector):
    """Gives the plain counters to Prometheus."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[CounterMetricFamily]:
        for name, counts in (("received", self._metrics.received), ("sent", self._metrics.sent)):
            family = CounterMetricFamily(
                f"passerby_messages_{name}", "Messages by type", labels=["type"]
            )
            for kind, count in counts.items():
                family.add_metric([kind], count)
            yield family
