"""What the self-test found, check by check, for people and as JSON."""

import json
import platform
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from desktop_app.core import VERSION


class Missing(Exception):
    """Something the program needs is not there, or does not work."""


@dataclass
class Check:
    """One thing looked at; detail says what was found, or what is missing."""

    ok: bool
    seconds: float
    detail: Any = None


@dataclass
class Report:
    """Every check by its name, in the order they were made."""

    checks: dict[str, Check] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks.values())

    @asynccontextmanager
    async def check(self, name: str) -> AsyncIterator[Check]:
        """Make one check: whatever it raises makes it fail, and the next one goes on."""
        started = time.monotonic()
        check = self.checks[name] = Check(ok=False, seconds=0.0)
        try:
            yield check
            check.ok = True
        except Missing as missing:
            check.detail = str(missing)
        except Exception as error:  # A self-test tells of whatever breaks.
            check.detail = f"{type(error).__name__}: {error}"
        finally:
            check.seconds = round(time.monotonic() - started, 3)

    def as_json(self) -> str:
        """Return one line."""
        return json.dumps(
            {
                "passed": self.passed,
                "version": VERSION,
                "python": platform.python_version(),
                "platform": platform.platform(),
                "frozen": bool(getattr(sys, "frozen", False)),
                "checks": {
                    name: {"ok": check.ok, "seconds": check.seconds, "detail": check.detail}
                    for name, check in self.checks.items()
                },
            }
        )

    def as_text(self) -> str:
        rows = [
            f"{'ok     ' if check.ok else 'MISSING'} {name:16} {check.detail or ''}".rstrip()
            for name, check in self.checks.items()
        ]
        return "\n".join(
            [*rows, "Everything is there." if self.passed else "Something is missing."]
        )
