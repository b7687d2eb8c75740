"""The camera: a thread that reads the newest picture and brings back a lost device."""

import logging
import threading
import time
from collections.abc import Callable

import msgspec

from desktop_app import engine_messages as messages
from desktop_app.engine.camera_names import CameraPlace, choose
from desktop_app.engine.capture.frame import CapturedFrame, PictureSource
from desktop_app.engine.capture.test_picture import TestPicture
from desktop_app.engine.capture.video_device import Cameras, CameraUnusable
from desktop_app.engine_messages import DeviceKind, DeviceProblem

RETRY_FIRST_S = 0.5
RETRY_MAX_S = 4.0
HAND_OVER_S = 2.0
"""How long a new session waits for the device that the one before still holds."""
LOOK_AGAIN_S = 2.0
"""How often a better camera is asked whether it may be used by now."""
REFUSALS = (DeviceProblem.BUSY, DeviceProblem.DENIED)
"""What may end without anything being plugged in or out."""
STAND_IN = messages.Device(kind=DeviceKind.CAMERA, id="stand-in", name="Test picture")

log = logging.getLogger(__name__)


class Camera:
    """Opens, changes and closes the camera. Methods are called on the loop and never block.

    on_frame is called on the camera's thread, send from any.
    """

    def __init__(
        self,
        on_frame: Callable[[CapturedFrame], None],
        send: Callable[[messages.Message], None],
        cameras: Cameras,
    ) -> None:
        self._on_frame = on_frame
        self._send = send
        self._cameras = cameras
        self._session: _Session | None = None
        self._closing: _Session | None = None

    @property
    def is_open(self) -> bool:
        return self._session is not None

    def open(self, wanted: messages.OpenCamera) -> None:
        before = self._session or self._closing
        if before is not None:
            before.stop()
        self._closing = None
        self._session = _Session(wanted, self._on_frame, self._send, self._cameras, before)
        self._session.start()

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.stop()
            # It may hold the device for a moment longer, which is no other program's doing.
            self._closing = session
            self._send(messages.DeviceClosed(DeviceKind.CAMERA))

    def devices_changed(self, found: list[messages.Device]) -> None:
        """Cameras came or went: leave a stand-in or a second choice for something better."""
        if self._session is not None:
            self._session.consider(found)

    def wait_released(self, timeout_s: float) -> None:
        """Block until a closed camera's thread has let go of the device."""
        for thread in threading.enumerate():
            if thread.name == _Session.THREAD_NAME:
                thread.join(timeout_s)


class _Session:
    """One wish for a camera, from OpenCamera until it is changed or closed."""

    THREAD_NAME = "camera"

    def __init__(
        self,
        wanted: messages.OpenCamera,
        on_frame: Callable[[CapturedFrame], None],
        send: Callable[[messages.Message], None],
        cameras: Cameras,
        before: "_Session | None",
    ) -> None:
        self.wanted = wanted
        self._opened_id: str | None = None
        self._opened_name = ""
        self._lost_id: str | None = None
        self._refused: list[CameraPlace] = []
        self._look_at = 0.0
        self._listed: list[str] = []
        self._considered = self._listed
        self._on_frame = on_frame
        self._send_event = send
        self._cameras = cameras
        self._before = before
        self._stop = threading.Event()
        self._delivering = threading.Lock()
        self._number = 0
        self._told: DeviceProblem | None = None
        self._thread = threading.Thread(target=self._run, name=self.THREAD_NAME, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No frame is delivered after this, which waits for one that is being handed over."""
        with self._delivering:
            self._stop.set()

    def consider(self, found: list[messages.Device]) -> None:
        """Turn to a better camera than the present one if there is one among the found."""
        self._listed = [device.id for device in found]

    @property
    def _preferred(self) -> str | None:
        """What the person chose; who chose nothing gets back what was pulled out."""
        return self.wanted.device or self._lost_id

    def _send(self, event: messages.Message) -> None:
        if not self._stop.is_set():
            self._send_event(event)

    def _run(self) -> None:
        try:
            self._serve()
        except ImportError:
            # A system library that OpenCV needs is missing; sound and text go on.
            log.exception("OpenCV cannot be loaded")
            self._fail(DeviceProblem.FAILED, "")

    def _serve(self) -> None:
        if self._before is not None:
            self._before._thread.join(HAND_OVER_S)
            self._before = None
        retry_s = RETRY_FIRST_S
        while not self._stop.is_set():
            source = self._open_best()
            if source is None:
                self._stop.wait(retry_s)
                retry_s = min(RETRY_MAX_S, retry_s * 2)
                continue
            retry_s = RETRY_FIRST_S
            try:
                self._pump(source)
            finally:
                self._opened_id = None
                source.release()

    def _pump(self, source: PictureSource) -> None:
        while not self._stop.is_set() and not self._better_is_there():
            pixels = source.read(self._stop)
            if self._stop.is_set():
                return
            if pixels is None:
                log.info("the camera stopped delivering")
                self._lost_id = self._opened_id
                self._fail(DeviceProblem.GONE, self._opened_name)
                return
            self._number += 1
            frame = CapturedFrame(pixels, self._number, time.monotonic_ns())
            with self._delivering:
                if not self._stop.is_set():
                    self._on_frame(frame)

    def _better_is_there(self) -> bool:
        """Whether to leave the present source, which is a second choice then."""
        listed = self._listed
        if listed is not self._considered and self._opened_id != self._preferred:
            self._considered = listed
            return self._preferred in listed or (self._opened_id == STAND_IN.id and bool(listed))
        now = time.monotonic()
        if not self._refused or now < self._look_at:
            return False
        self._look_at = now + LOOK_AGAIN_S
        return any(self._cameras.may_be_used(place) for place in self._refused)

    def _open_best(self) -> PictureSource | None:
        self._considered = self._listed
        wanted = self.wanted
        unusable: dict[CameraPlace, DeviceProblem] = {}
        for place in choose(self._preferred, self._cameras.find()):
            try:
                source = self._cameras.open(place, wanted.width, wanted.height, wanted.fps)
            except CameraUnusable as error:
                unusable[place] = error.problem
                continue
            self._opened(source, place, unusable)
            return source
        first = next(iter(unusable), None)
        self._fail(
            unusable[first] if first else DeviceProblem.NONE_FOUND, first.name if first else ""
        )
        if not wanted.stand_in:
            return None
        self._refused = [place for place in unusable if unusable[place] in REFUSALS]
        stand_in = TestPicture(wanted.width, wanted.height, wanted.fps)
        self._announce(stand_in, messages.DeviceOpened(device=STAND_IN, stand_in=True))
        return stand_in

    def _opened(
        self,
        source: PictureSource,
        place: CameraPlace,
        unusable: dict[CameraPlace, DeviceProblem],
    ) -> None:
        self._told = None
        self._opened_name = place.name
        better = {one: why for one, why in unusable.items() if one.id == self._preferred}
        self._refused = [one for one, why in better.items() if why in REFUSALS]
        chosen = self.wanted.device
        event = messages.DeviceOpened(
            device=place.device,
            wanted_missing=chosen is not None and place.id != chosen,
            wanted_problem=next((why for one, why in better.items() if one.id == chosen), None),
        )
        self._announce(source, event)

    def _announce(self, source: PictureSource, event: messages.DeviceOpened) -> None:
        self._opened_id = event.device.id
        size = {"width": source.width, "height": source.height}
        self._send(msgspec.structs.replace(event, fps=source.fps, **size))

    def _fail(self, problem: DeviceProblem, name: str) -> None:
        """Say what is wrong once, not at every attempt to bring the device back."""
        # One that was pulled out tells more than there being none.
        if problem is DeviceProblem.NONE_FOUND and self._told is DeviceProblem.GONE:
            return
        if problem is not self._told:
            self._told = problem
            self._send(messages.DeviceFailed(DeviceKind.CAMERA, problem, name))
