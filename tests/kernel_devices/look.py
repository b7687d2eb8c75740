"""What every case inside the machine uses: an engine, its events, and a way to say what was seen."""

import contextlib
from collections.abc import Iterator
from typing import TypeVar

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import DeviceKind, DeviceProblem
from tests.desktop_app.engine.engine_driver import EngineDriver
from tests.kernel_devices.person import as_person

DEADLINE_S = 180.0
"""Under software emulation a process takes half a minute to load its libraries."""

E = TypeVar("E", bound=messages.Message)


class Look:
    """One engine of a person with these groups."""

    def __init__(self, engine: EngineDriver, kind: DeviceKind) -> None:
        self.engine = engine
        self._kind = kind

    def send(self, command: messages.Message) -> None:
        self.engine.send(command)

    def found(self, *names: str) -> None:
        """Wait until exactly these devices of the kind are listed, if they are not yet."""
        told = [e for e in self.engine.seen if isinstance(e, messages.DevicesFound)]
        if not told or self._names(told[-1]) != set(names):
            self.engine.wait(
                messages.DevicesFound, lambda e: self._names(e) == set(names), DEADLINE_S
            )
        say(f"    listed: {', '.join(sorted(names)) or 'none'}")

    def opened(self, id: str, *, missing: bool = False) -> messages.DeviceOpened:
        """Wait until this device is open, as the wanted one or as the next best."""
        event = self.engine.wait(
            messages.DeviceOpened, lambda e: e.device.kind is self._kind, DEADLINE_S
        )
        size = f" {event.width}x{event.height} at {event.fps:g}" if event.width else ""
        why = event.wanted_problem or "missing"
        instead = f", the wanted one is {why}" if event.wanted_missing else ""
        say(f"    opened: {event.device.id}{size}{instead}")
        assert (event.device.id, event.wanted_missing) == (id, missing)
        return event

    def opened_again(self, id: str) -> None:
        """Wait until this device is back, and say what else was tried on the way."""
        while True:
            event = self.engine.wait(
                messages.Message,
                lambda e: isinstance(e, messages.DeviceOpened | messages.DeviceFailed),
                DEADLINE_S,
            )
            if isinstance(event, messages.DeviceFailed):
                say(f"    failed: {event.problem.value} {event.name}".rstrip())
            elif isinstance(event, messages.DeviceOpened):
                say(f"    opened: {event.device.id}")
                if event.device.id == id:
                    assert not event.wanted_missing
                    return

    def failed(self, problem: DeviceProblem) -> None:
        """Wait until the device is said not to work, for this reason."""
        event = self.engine.wait(messages.DeviceFailed, lambda e: e.kind is self._kind, DEADLINE_S)
        say(f"    failed: {event.problem.value} {event.name}".rstrip())
        assert event.problem is problem

    def _names(self, event: messages.DevicesFound) -> set[str]:
        return {device.id for device in event.devices if device.kind is self._kind}


@contextlib.contextmanager
def looking(kind: DeviceKind, *groups: str) -> Iterator[Look]:
    """Start an engine, and stop it afterwards."""
    with as_person(*groups):
        engine = EngineDriver()
    try:
        engine.wait(messages.EngineStarted, deadline_s=DEADLINE_S)
        yield Look(engine, kind)
    finally:
        engine.stop()


def say(words: str) -> None:
    print(f"| {words}", flush=True)
