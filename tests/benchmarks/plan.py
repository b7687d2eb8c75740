"""What the command line asks of a benchmark."""

from dataclasses import dataclass

from tests.benchmarks.size import Size


@dataclass(frozen=True)
class Plan:
    """relay: calls go through a relay alone; busy_interface: both interfaces have other work.

    link is a round trip in ms between people, None on loopback; loss is in percent.
    minutes is how long it goes on, where that is what is asked for.
    people is how many connect to a server at most, None for as many as the benchmark is about.
    """

    sizes: tuple[Size, ...]
    repetitions: int
    relay: bool = False
    busy_interface: bool = False
    link: float | None = None
    loss: float = 0.0
    minutes: float = 0.0
    people: int | None = None

    def people_of(self, wanted: int) -> int:
        """Return how many of the wanted people connect."""
        return wanted if self.people is None else min(wanted, self.people)


@dataclass(frozen=True)
class Option:
    """A field of a plan on the command line: switched on, or a number.

    number names the number, which is needed where the option is positional. sizes are taken
    with the option where none is asked for.
    """

    help: str
    number: str | None = None
    positional: bool = False
    sizes: tuple[Size, ...] = ()
