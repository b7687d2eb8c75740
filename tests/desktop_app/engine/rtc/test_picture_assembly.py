"""How packets become pictures: at once, in order, repaired or left."""

from dataclasses import dataclass, field

import pytest

from desktop_app.engine.rtc import picture_assembly
from desktop_app.engine.rtc.picture_assembly import PictureAssembly, Piece

KEY = b"\x00\x00\x00\x01\x67\x42\x00\x00\x00\x01\x65"
"""Sequence parameters and the beginning of a picture that needs no other."""
DEPENDENT = b"\x00\x00\x00\x01\x41"
FIRST = 65_530
"""The numbers wrap after a few packets."""


@dataclass(frozen=True)
class Named:
    name: str = "H264"


@dataclass
class Receiver:
    """An assembly with a clock that stands until it is moved."""

    now: float = 0.0
    shown: list[bytes] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    key_frames_asked: int = 0

    def __post_init__(self) -> None:
        self.assembly = PictureAssembly(lambda: self.now)

    def take(self, number: int, picture: int, data: bytes, last: bool) -> None:
        """Take packet FIRST + number, of the picture with this number."""
        sequence = (FIRST + number) & 0xFFFF
        self.asked += [(one - FIRST) & 0xFFFF for one in self.assembly.note(sequence)]
        piece = Piece(Named(), picture * 3_000, last, data)
        self.shown += [one.data for one in self.assembly.add(sequence, piece)]
        self.key_frames_asked += self.assembly.wants_key_frame()

    def take_single(self, *numbers: int) -> None:
        """Take pictures of one packet each, whose numbers are those of the packets."""
        for number in numbers:
            self.take(number, number, _single(number), last=True)


def _single(number: int) -> bytes:
    return DEPENDENT + bytes([number % 256])


@pytest.fixture
def receiver() -> Receiver:
    """One that has seen the key frame of a call in packets 0 and 1."""
    receiver = Receiver()
    receiver.take(0, 0, KEY, last=False)
    assert not receiver.shown
    receiver.take(1, 0, b"rest", last=True)
    assert receiver.shown == [KEY + b"rest"]
    receiver.shown.clear()
    return receiver


def test_a_picture_is_given_out_with_its_last_packet_and_not_with_the_next_picture(
    receiver: Receiver,
) -> None:
    receiver.take(2, 2, DEPENDENT, last=False)
    assert not receiver.shown
    receiver.take(3, 2, b"end", last=True)
    assert receiver.shown == [DEPENDENT + b"end"]


def test_a_sender_without_marker_bits_is_understood(receiver: Receiver) -> None:
    receiver.take(2, 2, _single(2), last=False)
    receiver.take(3, 3, _single(3), last=False)
    assert receiver.shown == [_single(2)]


def test_everything_held_up_by_a_lost_packet_comes_with_its_repair(receiver: Receiver) -> None:
    receiver.take_single(3, 4, 5)
    assert not receiver.shown
    assert receiver.asked == [2]
    receiver.take_single(2)
    assert receiver.shown == [_single(number) for number in (2, 3, 4, 5)]


def test_a_missing_packet_is_asked_for_again_after_the_time_that_repairs_take(
    receiver: Receiver,
) -> None:
    receiver.take_single(3)
    receiver.now += picture_assembly.REPAIR_FIRST_S * 0.9
    receiver.take_single(4)
    assert receiver.asked == [2]
    receiver.now += picture_assembly.REPAIR_FIRST_S * 0.2
    receiver.take_single(5)
    assert receiver.asked == [2, 2]
    receiver.now += picture_assembly.REPAIR_FIRST_S * 0.6
    receiver.take_single(6)
    assert receiver.asked == [2, 2, 2]


def test_repairs_that_come_quickly_are_asked_for_again_sooner(receiver: Receiver) -> None:
    for number in range(2, 62, 2):
        receiver.take_single(number + 1)
        receiver.now += 0.01
        receiver.take_single(number)
    receiver.asked.clear()
    receiver.take_single(63)
    receiver.now += 0.03
    receiver.take_single(64)
    assert receiver.asked == [62, 62]


def test_a_late_or_repeated_packet_changes_nothing(receiver: Receiver) -> None:
    receiver.take_single(2, 2, 1, 0, 3)
    assert receiver.shown == [_single(2), _single(3)]


def test_after_an_unrepaired_loss_the_picture_holds_until_a_key_frame(receiver: Receiver) -> None:
    receiver.take_single(3)
    receiver.now += picture_assembly.GIVEN_UP_AFTER_S
    receiver.take_single(4)
    assert receiver.key_frames_asked == 1
    receiver.take_single(5, 6)
    assert not receiver.shown
    receiver.take(7, 7, KEY, last=True)
    receiver.take_single(8)
    assert receiver.shown == [KEY, _single(8)]
    assert receiver.key_frames_asked == 1


def test_a_key_frame_that_does_not_come_is_asked_for_again(receiver: Receiver) -> None:
    receiver.assembly.lose()
    for number in range(2, 12):
        receiver.now += picture_assembly.KEY_FRAME_PAUSE_S / 4
        receiver.take_single(number)
    assert 2 <= receiver.key_frames_asked <= 4


def test_a_whole_key_frame_behind_a_loss_is_not_kept_waiting(receiver: Receiver) -> None:
    receiver.take_single(3)
    receiver.take(4, 4, KEY, last=False)
    assert not receiver.shown
    receiver.take(5, 4, b"rest", last=True)
    receiver.take_single(6)
    assert receiver.shown == [KEY + b"rest", _single(6)]
    assert receiver.key_frames_asked == 0


def test_a_call_that_does_not_begin_with_a_key_frame_asks_for_one() -> None:
    receiver = Receiver()
    receiver.take_single(0)
    assert not receiver.shown
    assert receiver.key_frames_asked == 1


def test_a_jump_in_the_numbers_costs_one_key_frame_and_no_list_of_what_is_missing(
    receiver: Receiver,
) -> None:
    receiver.take_single(30_000)
    assert not receiver.asked
    assert receiver.key_frames_asked == 1
    receiver.take(30_001, 9, KEY, last=True)
    assert receiver.shown == [KEY]


def test_a_picture_without_end_is_left(receiver: Receiver) -> None:
    for number in range(2, picture_assembly.CAPACITY + 4):
        receiver.take(number, 2, DEPENDENT, last=False)
    assert receiver.key_frames_asked == 1
    assert not receiver.shown


def test_empty_packets_belong_to_no_picture(receiver: Receiver) -> None:
    receiver.take(2, 0, b"", last=False)
    receiver.take_single(3)
    assert receiver.shown == [_single(3)]
