"""The chat of one call: its lines, and what became of them."""

from dataclasses import replace

from desktop_app.core import Signal
from desktop_app.session.situation import TranscriptLine

LINES_MAX = 1_000
"""Lines kept of one call; the oldest go first."""


class Transcript:
    """Lines in the order in which they came. Kept until the next call begins."""

    def __init__(self) -> None:
        self.line_added: Signal[TranscriptLine] = Signal()
        self.line_changed: Signal[TranscriptLine] = Signal()
        self.cleared: Signal[None] = Signal()
        self._lines: list[TranscriptLine] = []
        self._next_number = 0

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        return tuple(self._lines)

    def clear(self) -> None:
        self._lines.clear()
        self._next_number = 0
        self.cleared.emit(None)

    def add(self, call: str, text: str, *, mine: bool) -> TranscriptLine:
        line = TranscriptLine(call=call, number=self._next_number, mine=mine, text=text)
        self._next_number += 1
        self._lines.append(line)
        del self._lines[:-LINES_MAX]
        self.line_added.emit(line)
        return line

    def mark_delivered(self, call: str, number: int) -> None:
        """The stranger's application has the line; unknown numbers are ignored."""
        for index, line in enumerate(self._lines):
            if line.mine and line.call == call and line.number == number:
                self._lines[index] = replace(line, delivered=True)
                self.line_changed.emit(self._lines[index])
                return
