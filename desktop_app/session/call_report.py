"""The figures of a call as a file for whoever is asked why a call was bad.

It holds numbers, the codec, and the kinds of path: no address, no text, no description, and no
name of anybody.
"""

import json
import sys
from collections import deque
from typing import Any

import msgspec

from desktop_app.core import VERSION
from desktop_app.engine_messages import Statistics
from desktop_app.session.quality import Quality

SECONDS_MAX = 2 * 3_600


class CallReport:
    """Keeps each second of the call of the moment, or of the last one."""

    def __init__(self) -> None:
        self._call = ""
        self._seconds: deque[dict[str, Any]] = deque(maxlen=SECONDS_MAX)

    @property
    def is_empty(self) -> bool:
        return not self._seconds

    def take(self, statistics: Statistics, quality: Quality) -> None:
        """Take the figures of one more second; those of another call begin anew."""
        if statistics.call != self._call:
            self._call = statistics.call
            self._seconds.clear()
        figures = {
            name: round(value, 2) if isinstance(value, float) else value
            for name, value in msgspec.structs.asdict(statistics).items()
            if name != "call"
        }
        judged = {"quality": quality.level.value, "trouble": quality.trouble.value}
        self._seconds.append(figures | judged)

    def as_json(self) -> str:
        about = {"application": f"Passerby {VERSION}", "system": sys.platform}
        return json.dumps({**about, "seconds": list(self._seconds)}, indent=1) + "\n"
