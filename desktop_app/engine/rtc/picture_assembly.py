"""Puts a stranger's picture packets together: each picture as soon as it is whole, in order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from desktop_app.engine.codec.picture_size import begins_key_frame, is_key_frame

CAPACITY = 512
"""Packets that lie between the oldest one kept and the newest; a second and more."""
ASKED_AT_ONCE_MAX = 64
REPAIR_FIRST_S = 0.06
"""How long a repair is thought to take before the first one has come."""
ASK_AGAIN_MIN_S = 0.02
HURRY = 2.0
"""What was asked for twice in vain is asked for so many times as often: better twice than late."""
GIVEN_UP_AFTER_S = 0.4
"""A picture that waits so long for a packet is left, and a key frame is asked for."""
KEY_FRAME_PAUSE_S = 0.4


class Codec(Protocol):
    """The part of RTCRtpCodecParameters that is used."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Piece:
    """What one packet carries. ends_picture is the marker bit (RFC 6184, RFC 7741)."""

    codec: Codec
    timestamp: int
    ends_picture: bool
    data: bytes


@dataclass(frozen=True)
class CodedPicture:
    """A whole picture, whose predecessors since the last key frame were whole as well."""

    codec: Codec
    timestamp: int
    data: bytes


@dataclass
class _Missing:
    asked_at: float | None = None
    times: int = 0


class PictureAssembly:
    """Holds what came early, asks for what is missing, and after a loss waits for a key frame.

    Numbers are those of RTP, 16 bits. Everything in it is bounded, whatever a stranger sends.
    The clock is in seconds; it all happens when packets come, for without them there is nothing
    to show either.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._next: int | None = None
        self._newest = 0
        self._early: dict[int, Piece] = {}
        self._missing: dict[int, _Missing] = {}
        self._picture: list[Piece] = []
        self._key_frame_from: int | None = None
        self._whole = False
        self._key_frame_wanted = False
        self._key_frame_asked_at = -KEY_FRAME_PAUSE_S
        self._blocked_at = 0
        self._blocked_since = 0.0
        self._repair_s = REPAIR_FIRST_S

    def note(self, number: int) -> list[int]:
        """Note that a packet has come, and return the numbers to ask for now."""
        now = self._clock()
        place = self._place(number)
        if self._next is None:
            self._next = self._newest = number
            return []
        if abs(place - self._newest) > CAPACITY:
            self._newest = number - 1
            self.lose()
            self._newest = number
            return []
        repaired = self._missing.pop(place, None)
        if repaired is not None and repaired.times == 1 and repaired.asked_at is not None:
            self._repair_s += (now - repaired.asked_at - self._repair_s) / 4
        for missing in range(self._newest + 1, place):
            self._missing[missing] = _Missing()
        self._newest = max(self._newest, place)
        return [missing & 0xFFFF for missing in self._due(now)]

    def add(self, number: int, piece: Piece) -> list[CodedPicture]:
        """Take a packet that was noted, and return the pictures that are whole now."""
        place = self._place(number)
        if self._next is None or place < self._next:
            return []
        self._early[place] = piece
        if begins_key_frame(piece.codec.name, piece.data):
            self._key_frame_from = place
        self._skip_to_key_frame()
        pictures = list(self._in_order())
        if self._is_too_long() or self._is_blocked_too_long():
            self.lose()
        return pictures

    def lose(self) -> None:
        """Leave what is there; pictures go on with the next key frame, which is asked for."""
        self._early.clear()
        self._missing.clear()
        self._picture.clear()
        self._key_frame_from = None
        self._next = self._newest + 1
        self._whole = False
        self._key_frame_wanted = True

    def wants_key_frame(self) -> bool:
        """Whether to ask for a key frame now; not more often than every KEY_FRAME_PAUSE_S."""
        now = self._clock()
        if not self._key_frame_wanted or now - self._key_frame_asked_at < KEY_FRAME_PAUSE_S:
            return False
        self._key_frame_asked_at = now
        return True

    def _place(self, number: int) -> int:
        """Return the number that goes on beyond 16 bits, as near to the newest as it can be."""
        return self._newest + ((number - self._newest + 0x8000) & 0xFFFF) - 0x8000

    def _due(self, now: float) -> Iterator[int]:
        asked = 0
        for place, missing in self._missing.items():
            pause_s = self._repair_s if missing.times == 1 else self._repair_s / HURRY
            due_s = max(ASK_AGAIN_MIN_S, pause_s)
            if missing.asked_at is None or now - missing.asked_at >= due_s:
                missing.asked_at = now
                missing.times += 1
                yield place
                asked += 1
                if asked == ASKED_AT_ONCE_MAX:
                    return

    def _in_order(self) -> Iterator[CodedPicture]:
        assert self._next is not None
        while (piece := self._early.pop(self._next, None)) is not None:
            self._next += 1
            if self._picture and self._picture[0].timestamp != piece.timestamp:
                yield from self._finished()
            if piece.data:
                self._picture.append(piece)
            if piece.ends_picture and self._picture:
                yield from self._finished()

    def _finished(self) -> Iterator[CodedPicture]:
        first = self._picture[0]
        data = b"".join(piece.data for piece in self._picture)
        self._picture.clear()
        if not self._whole:
            self._whole = is_key_frame(first.codec.name, data)
            self._key_frame_wanted = not self._whole
        if self._whole:
            yield CodedPicture(first.codec, first.timestamp, data)

    def _skip_to_key_frame(self) -> None:
        """Leave what lies before a key frame that is whole: it is newer, and needs none of it."""
        start = self._key_frame_from
        assert self._next is not None
        if start is None or start <= self._next or not self._is_whole_from(start):
            return
        self._picture.clear()
        self._next = start
        self._early = {place: piece for place, piece in self._early.items() if place >= start}
        self._missing = {place: one for place, one in self._missing.items() if place > start}

    def _is_whole_from(self, start: int) -> bool:
        place = start
        while (piece := self._early.get(place)) is not None:
            if piece.ends_picture:
                return True
            place += 1
        return False

    def _is_too_long(self) -> bool:
        assert self._next is not None
        return len(self._picture) > CAPACITY or self._newest - self._next > CAPACITY

    def _is_blocked_too_long(self) -> bool:
        assert self._next is not None
        if not self._early:
            return False
        now = self._clock()
        if self._blocked_at != self._next:
            self._blocked_at, self._blocked_since = self._next, now
        return now - self._blocked_since >= GIVEN_UP_AFTER_S
