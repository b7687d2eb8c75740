"""Which camera is used, and what is told, while cameras come, go and are used by others."""

import queue
import threading
from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine.camera_names import CameraPlace
from desktop_app.engine.capture import camera as camera_module
from desktop_app.engine.capture.camera import STAND_IN, Camera
from desktop_app.engine.capture.frame import CapturedFrame, PictureSource
from desktop_app.engine.capture.test_picture import TestPicture
from desktop_app.engine.capture.video_device import Cameras, CameraUnusable
from desktop_app.engine_messages import DeviceProblem, OpenCamera

E = TypeVar("E", bound=messages.Message)
DEADLINE_S = 20.0
LONG_ENOUGH_TO_CLOSE_S = 0.3
ONE, TWO = "camera:one", "camera:two"


class Shelf(Cameras):
    """Two cameras that others may use or forbid, and that can be taken away."""

    def __init__(self) -> None:
        self.there = [ONE, TWO]
        self.refused: dict[str, DeviceProblem] = {}
        self.found_empty = threading.Event()
        self.let_go = threading.Event()
        self.let_go.set()
        self.held: set[str] = set()

    def find(self) -> list[CameraPlace]:
        if not self.there:
            self.found_empty.set()
        return [CameraPlace(id=id, name=id) for id in self.there]

    def may_be_used(self, place: CameraPlace) -> bool:
        return place.id in self.there and place.id not in self.refused

    def open(self, place: CameraPlace, width: int, height: int, fps: int) -> PictureSource:
        if place.id in self.refused:
            raise CameraUnusable(self.refused[place.id], place.name)
        if place.id in self.held:
            raise CameraUnusable(DeviceProblem.BUSY, place.name)
        self.held.add(place.id)
        return Lens(self, place.id, width, height, fps)


class Lens(TestPicture):
    """Delivers for as long as its camera is there."""

    def __init__(self, shelf: Shelf, id: str, width: int, height: int, fps: int) -> None:
        super().__init__(width, height, fps)
        self._shelf = shelf
        self._id = id

    def read(self, stop: threading.Event) -> "np.ndarray | None":
        return super().read(stop) if self._id in self._shelf.there else None

    def release(self) -> None:
        self._shelf.let_go.wait(DEADLINE_S)
        self._shelf.held.discard(self._id)


class Told:
    """A camera with what it tells."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self._events: queue.Queue[messages.Message] = queue.Queue()
        self.camera = Camera(lambda frame: None, self._events.put, shelf)

    def use(self, wanted: str | None, *, stand_in: bool = False) -> None:
        self.camera.open(OpenCamera(wanted, 320, 240, 30, stand_in))

    def put(self, *ids: str) -> None:
        """Have these cameras on the machine, and tell so as the watch does."""
        self.shelf.there = list(ids)
        self.camera.devices_changed(
            [messages.Device(kind=messages.DeviceKind.CAMERA, id=id, name=id) for id in ids]
        )

    def opened(self) -> tuple[str, bool]:
        event = self.next(messages.DeviceOpened)
        return event.device.id, event.wanted_missing

    def failed(self) -> tuple[DeviceProblem, str]:
        event = self.next(messages.DeviceFailed)
        return event.problem, event.name

    def next(self, kind: type[E]) -> E:
        event = self._events.get(timeout=DEADLINE_S)
        assert isinstance(event, kind), event
        return event


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.setattr(camera_module, "LOOK_AGAIN_S", 0.0)
    told = Told(Shelf())
    yield told
    told.camera.close()
    told.camera.wait_released(timeout_s=DEADLINE_S)


def test_the_chosen_camera_is_taken_once_another_program_lets_go_of_it(told: Told) -> None:
    told.shelf.refused[TWO] = DeviceProblem.BUSY
    told.use(TWO)
    instead = told.next(messages.DeviceOpened)
    assert (instead.device.id, instead.wanted_problem) == (ONE, DeviceProblem.BUSY)
    told.shelf.refused.clear()
    assert told.opened() == (TWO, False)


def test_a_camera_takes_over_from_the_stand_in_once_it_is_allowed(told: Told) -> None:
    told.put(ONE)
    told.shelf.refused[ONE] = DeviceProblem.DENIED
    told.use(None, stand_in=True)
    assert told.failed() == (DeviceProblem.DENIED, ONE)
    assert told.opened() == (STAND_IN.id, False)
    told.shelf.refused.clear()
    assert told.opened() == (ONE, False)


def test_a_camera_that_was_just_closed_is_not_taken_for_one_in_use(told: Told) -> None:
    told.use(ONE)
    assert told.opened() == (ONE, False)
    told.shelf.let_go.clear()
    told.camera.close()
    told.next(messages.DeviceClosed)
    told.use(ONE)
    told.shelf.let_go.set()
    assert told.opened() == (ONE, False)


@pytest.mark.parametrize("wanted", [ONE, None])
def test_a_camera_that_was_pulled_out_is_taken_again(told: Told, wanted: str | None) -> None:
    told.use(wanted)
    assert told.opened() == (ONE, False)
    told.put(TWO)
    assert told.failed() == (DeviceProblem.GONE, ONE)
    assert told.opened() == (TWO, wanted is not None)
    told.put(ONE, TWO)
    assert told.opened() == (ONE, False)


def test_the_only_camera_stays_pulled_out_in_words_until_it_is_back(told: Told) -> None:
    told.put(ONE)
    told.use(ONE)
    assert told.opened() == (ONE, False)
    told.put()
    assert told.failed() == (DeviceProblem.GONE, ONE)
    assert told.shelf.found_empty.wait(DEADLINE_S)
    told.put(ONE)
    assert told.opened() == (ONE, False)


def test_no_picture_is_handed_over_once_the_camera_is_closed() -> None:
    done: list[str] = []
    handing_over, go_on = threading.Event(), threading.Event()

    def hand_over(_frame: CapturedFrame) -> None:
        handing_over.set()
        go_on.wait(DEADLINE_S)
        done.append("picture")

    def close() -> None:
        camera.close()
        done.append("closed")

    camera = Camera(hand_over, lambda event: None, Shelf())
    camera.open(OpenCamera(ONE, 320, 240, 30))
    assert handing_over.wait(DEADLINE_S)
    closing = threading.Thread(target=close)
    closing.start()
    closing.join(LONG_ENOUGH_TO_CLOSE_S)
    go_on.set()
    closing.join(DEADLINE_S)
    camera.wait_released(timeout_s=DEADLINE_S)
    assert done[-1] == "closed"
