"""People and a server, each in a network namespace of its own, joined by link.c.

Needs root, a C compiler, and iproute2 and nsenter of util-linux. Everything of it ends with the
process of link.c, which ends with its input: nothing is left behind by whoever is killed.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SOURCE = Path(__file__).with_name("link.c")
CLONE_NEWNET = 0x40000000
DEVICE = "net0"

can_run = os.geteuid() == 0 and all(map(shutil.which, ("cc", "ip", "nsenter")))


@dataclass
class Node:
    """One machine of the network. enter is put before a command to run it there."""

    number: int
    namespace: str
    address: str = ""
    _hosts: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def enter(self) -> tuple[str, ...]:
        return ("nsenter", f"--net={self.namespace}", "--")

    def move(self) -> str:
        """Give it another address in place of the one it has, and return that."""
        before, self.address = self.address, f"10.98.{self.number}.{next(self._hosts)}"
        # Each alone in its subnet: else the kernel takes the others away with the first.
        self._ip("address", "add", f"{self.address}/32", "dev", DEVICE)
        if before:
            self._ip("address", "del", f"{before}/32", "dev", DEVICE)
        for target in ("10.98.0.0/16", "default"):
            self._ip("route", "replace", target, "dev", DEVICE, "src", self.address)
        return self.address

    def start(self) -> None:
        """Bring its devices up, with a first address."""
        self._ip("link", "set", "lo", "up")
        self._ip("link", "set", DEVICE, "up")
        self.move()

    def open_socket(self, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
        """Return a socket of this machine, which may be used from outside of it as well."""
        opened: list[socket.socket] = []
        thread = threading.Thread(target=lambda: opened.append(self._socket_here(kind)))
        thread.start()
        thread.join()
        return opened[0]

    def _socket_here(self, kind: socket.SocketKind) -> socket.socket:
        """On a thread of its own, for the thread stays in the namespace."""
        with Path(self.namespace).open() as namespace:
            libc = ctypes.CDLL(None, use_errno=True)
            if libc.setns(namespace.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), f"cannot enter {self.namespace}")
        return socket.socket(type=kind)

    def _ip(self, *words: str) -> None:
        subprocess.run([*self.enter, "ip", *words], check=True)


class Network:
    """The server's node, the nodes of people, and the link between them, which can be changed."""

    def __init__(self, link: "subprocess.Popen[str]", nodes: Sequence[Node]) -> None:
        self._link = link
        self.server, *self.people = nodes

    def change(
        self,
        *,
        delay_ms: float | None = None,
        loss_percent: float | None = None,
        rate_kbps: float | None = None,
        queue_ms: float | None = None,
    ) -> None:
        """Change the link from now on.

        delay_ms is one way, between any two nodes; the others hold for each direction between
        two people. rate_kbps 0 is no limit; queue_ms bounds what waits because of it.
        """
        given = {"delay": delay_ms, "loss": loss_percent, "rate": rate_kbps, "queue": queue_ms}
        for name, value in given.items():
            if value is not None:
                self._order(f"{name} {value}")

    def cut(self, node: Node) -> None:
        """Let nothing in or out of a node until it is joined again."""
        self._order(f"cut {node.number} 1")

    def join(self, node: Node) -> None:
        self._order(f"cut {node.number} 0")

    def part(self, one: Node, other: Node, *, both_ways: bool = True) -> None:
        """Let nothing from one node to another, while both reach the rest, until they are rejoined."""
        self._set_parted(one, other, both_ways, 1)

    def rejoin(self, one: Node, other: Node) -> None:
        self._set_parted(one, other, True, 0)

    def _set_parted(self, one: Node, other: Node, both_ways: bool, on: int) -> None:
        self._order(f"part {one.number} {other.number} {on}")
        if both_ways:
            self._order(f"part {other.number} {one.number} {on}")

    def _order(self, line: str) -> None:
        assert self._link.stdin is not None
        assert self._link.stdout is not None
        self._link.stdin.write(f"{line}\n")
        self._link.stdin.flush()
        if (answer := self._link.stdout.readline().strip()) != "ok":
            raise ValueError(f"{line}: {answer or 'the link has ended'}")


@contextlib.contextmanager
def running_network(people: int, *, delay_ms: float = 0.0) -> Iterator[Network]:
    """Start a server's node and so many people's, with this delay one way and no other limit."""
    with tempfile.TemporaryDirectory(prefix="passerby-link-") as directory:
        link = subprocess.Popen(
            [_compiled(Path(directory)), str(people + 1)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with link:  # Closes its input, which ends it, and waits.
            assert link.stdout is not None
            descriptors = [link.stdout.readline().strip() for _ in range(people + 1)]
            if not all(descriptors):
                raise OSError("the link could not be set up; it needs root")
            nodes = [
                Node(number, f"/proc/{link.pid}/fd/{descriptor}")
                for number, descriptor in enumerate(descriptors)
            ]
            for node in nodes:
                node.start()
            network = Network(link, nodes)
            network.change(delay_ms=delay_ms)
            yield network


def _compiled(directory: Path) -> Path:
    program = directory / "link"
    subprocess.run(["cc", "-O2", "-Wall", "-Werror", "-o", program, SOURCE], check=True)
    return program
