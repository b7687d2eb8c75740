"""What the command line asks of a benchmark."""

from dataclasses import dataclass

from tests.benchmarks.size import Size


@dataclass(frozen=True)
class Plan:
    """relay: calls go through a relay alone; busy_interface: both interfaces have other work."""

    sizes: tuple[Size, ...]
    repetitions: int
    relay: bool = False
    busy_interface: bool = False
