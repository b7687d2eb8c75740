"""Where the situation of a conversation is kept and changed, and who is told."""

import functools
import logging
from collections.abc import Callable
from dataclasses import replace

from desktop_app.core import Signal
from desktop_app.media.engine import EngineState
from desktop_app.session.phases import Phase, Step, advance
from desktop_app.session.situation import Situation
from desktop_app.settings.store import SettingsStore

log = logging.getLogger(__name__)


class SituationBoard:
    """Emits `changed` only when something has changed. Interface thread only."""

    def __init__(
        self, store: SettingsStore, engine: EngineState, clock: Callable[[], float]
    ) -> None:
        self.changed: Signal[Situation] = Signal()
        self._store = store
        self._clock = clock
        self.situation = Situation(
            mode=store.value.mode,
            auto_next=store.value.auto_next,
            phase_since=clock(),
            engine=engine,
        )

    @property
    def phase(self) -> Phase:
        return self.situation.phase

    @property
    def call(self) -> str | None:
        return self.situation.call

    def move(self, *steps: Step, **change: object) -> None:
        """Take steps of the phase table; only where they lead to is shown."""
        phase = functools.reduce(advance, steps, self.phase)
        if phase in (Phase.IDLE, Phase.SEARCHING):
            change = {"call": None, "stranger": None, "mode": self._store.value.mode, **change}
        since_s = self._clock() - self.situation.phase_since
        log.info("%s after %.1f s, call %s", phase, since_s, change.get("call", self.call))
        self.show(phase=phase, phase_since=self._clock(), media_silent=False, **change)

    def show(self, **change: object) -> None:
        """Change fields of the situation by name."""
        situation = replace(self.situation, **change)  # type: ignore[arg-type]  # fields by name
        if situation != self.situation:
            self.situation = situation
            self.changed.emit(situation)

    def show_stranger(self, **change: bool | None) -> None:
        """Change fields of the stranger by name; without a stranger nothing happens."""
        if self.situation.stranger is not None:
            stranger = replace(self.situation.stranger, **change)  # type: ignore[arg-type]  # by name
            self.show(stranger=stranger)
