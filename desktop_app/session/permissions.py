"""Which devices the system lets us use: it is asked when one is first needed."""

from collections.abc import Callable
from functools import partial

from desktop_app.core import Signal
from desktop_app.engine_messages import DeviceKind

AskPermission = Callable[[DeviceKind, Callable[[bool], None]], None]
"""Ask the system about a kind of device; it answers at once, or when the person has said.

The answer comes on the interface's thread. May be asked again at any time.
"""


class Permissions:
    """Opens the gate for a kind of device once the system allows it; one question at a time."""

    def __init__(self, ask: AskPermission) -> None:
        self.changed: Signal[DeviceKind] = Signal()
        self._ask = ask
        self._asking: set[DeviceKind] = set()
        self._granted: set[DeviceKind] = set()
        self._refused: set[DeviceKind] = set()

    def may_open(self, kind: DeviceKind) -> bool:
        """Whether the system allows it. While it has not, it is asked, and changed tells of news."""
        if kind not in self._granted and kind not in self._asking:
            self._asking.add(kind)
            self._ask(kind, partial(self._take, kind))
        return kind in self._granted

    def is_refused(self, kind: DeviceKind) -> bool:
        """Whether the last answer was no."""
        return kind in self._refused

    def _take(self, kind: DeviceKind, granted: bool) -> None:
        self._asking.discard(kind)
        known = kind in (self._granted if granted else self._refused)
        for kinds, holds in ((self._granted, granted), (self._refused, not granted)):
            (kinds.add if holds else kinds.discard)(kind)
        if not known:
            self.changed.emit(kind)
