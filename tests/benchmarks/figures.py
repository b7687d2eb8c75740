"""What a benchmark prints: figures of ours beside the peer's."""

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured quantity; peer is None where there is nothing to compare with.

    ratio_side_by_side is the median of the ratios where ours and the peer were measured in turns, so
    that each turn's host was the same for both.
    """

    name: str
    unit: str
    ours: float
    peer: float | None
    repetitions: int
    ratio_side_by_side: float | None = None

    @property
    def ratio(self) -> float | None:
        """Return ours by peer, None where the peer has none or 0."""
        if self.ratio_side_by_side is not None:
            return self.ratio_side_by_side
        return self.ours / self.peer if self.peer else None


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def as_json(benchmark: str, figures: Iterable[Figure]) -> str:
    """Return the last line of a benchmark's output."""
    written = {
        figure.name: {
            "ours": round(figure.ours, 3),
            "peer": None if figure.peer is None else round(figure.peer, 3),
            "ratio": None if figure.ratio is None else round(figure.ratio, 3),
            "unit": figure.unit,
            "n": figure.repetitions,
        }
        for figure in figures
    }
    return json.dumps({"benchmark": benchmark, "figures": written})


def as_table(figures: Iterable[Figure]) -> str:
    rows = [f"{'figure':24}{'ours':>10}{'peer':>10}{'ratio':>8}  unit"]
    for figure in figures:
        peer = "-" if figure.peer is None else f"{figure.peer:.2f}"
        ratio = "-" if figure.ratio is None else f"{figure.ratio:.2f}"
        rows.append(f"{figure.name:24}{figure.ours:10.2f}{peer:>10}{ratio:>8}  {figure.unit}")
    return "\n".join(rows)
