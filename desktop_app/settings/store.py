"""The settings file: read at start, written behind the person's back, never half."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from desktop_app.core import Signal
from desktop_app.settings.migrations import SchemaUnknown, migrate
from desktop_app.settings.model import SCHEMA_VERSION, Settings

log = logging.getLogger(__name__)


class StoreProblem(StrEnum):
    """What is wrong with the settings file; ui/messages.py has a sentence for each."""

    BROKEN = "broken"
    """It could not be read and was kept aside; the defaults are used."""
    UNWRITABLE = "unwritable"
    """Changes hold until the application quits."""


class SettingsStore:
    """One person's settings. Interface thread only; the file is written on a thread of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem: StoreProblem | None = None
        self.changed: Signal[Settings] = Signal()
        self.problem_changed: Signal[StoreProblem | None] = Signal()
        """Emitted on the writing thread."""
        self._value = self._load()
        self._saved = self._value
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="settings")

    @property
    def value(self) -> Settings:
        return self._value

    def change(self, **fields: Any) -> None:
        """Replace the named fields, tell the listeners and write; equal values do nothing."""
        changed = msgspec.structs.replace(self._value, **fields)
        if changed == self._value:
            return
        self._value = changed
        self._writer.submit(self._save)
        self.changed.emit(changed)

    def close(self) -> None:
        """Wait until everything is written."""
        self._writer.shutdown(wait=True)

    def _load(self) -> Settings:
        try:
            document = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Any])
            return msgspec.convert(migrate(document), Settings)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, RecursionError, SchemaUnknown) as error:
            log.warning("settings cannot be read: %s", error)
        self.problem = StoreProblem.BROKEN
        try:
            self._path.replace(self._path.with_name("settings.broken.json"))
        except OSError as error:
            log.warning("the broken settings cannot be kept aside: %s", error)
        return Settings()

    def _save(self) -> None:
        """Write the newest value; a run that finds nothing new does nothing."""
        newest = self._value
        if newest is self._saved:
            return
        try:
            document = {"schema": SCHEMA_VERSION, **msgspec.to_builtins(newest)}
            self._write(msgspec.json.format(msgspec.json.encode(document), indent=2))
        except OSError as error:
            log.warning("settings cannot be written: %s", error)
            self._tell(StoreProblem.UNWRITABLE)
        else:
            self._saved = newest
            if self.problem is StoreProblem.UNWRITABLE:
                self._tell(None)

    def _tell(self, problem: StoreProblem | None) -> None:
        if problem is not self.problem:
            self.problem = problem
            self.problem_changed.emit(problem)

    def _write(self, content: bytes) -> None:
        """Only the person may read the file: it says who was blocked and where one goes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Of this process alone: a second window may write the same settings now.
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
