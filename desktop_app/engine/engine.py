"""The engine: its parts, and which command goes to which of them."""

import asyncio
import importlib.metadata
import logging
from collections.abc import Callable
from typing import Any

from desktop_app import engine_messages as messages
from desktop_app.core import TaskScope
from desktop_app.engine.call_desk import CallDesk
from desktop_app.engine.call_media import CallMedia
from desktop_app.engine.capture.camera import Camera
from desktop_app.engine.capture.frame import CapturedFrame
from desktop_app.engine.capture.video_device import Cameras
from desktop_app.engine.codec.packets import EncodedPacket
from desktop_app.engine.codec.sound_encoder import SAMPLE_RATE
from desktop_app.engine.codec.video_line import VideoLine
from desktop_app.engine.devices import CameraWatch, DeviceList
from desktop_app.engine.levels import tone_levels
from desktop_app.engine.painting import own_picture
from desktop_app.engine.pictures import PictureFeed, attach
from desktop_app.engine.playback.chime import chime
from desktop_app.engine.rtc import cures
from desktop_app.engine.scaling import View
from desktop_app.engine.sound import Sound
from desktop_app.engine_messages import DeviceKind, Stream

LEVELS_PER_S = 15.0
LIBRARIES = ("aiortc", "aioice", "av", "opencv-python", "PySide6_Essentials", "numpy")

log = logging.getLogger(__name__)


class Engine:
    """Made, used and closed on the loop; send may be called from any thread."""

    def __init__(
        self, send: Callable[[messages.Message], None], picture_blocks: dict[str, str]
    ) -> None:
        cures.install()
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._tasks = TaskScope("engine")
        self._levels: asyncio.Task[None] | None = None
        self._feeds = {
            stream: PictureFeed(stream, attach(picture_blocks[stream.value]), send)
            for stream in Stream
        }
        self._devices = DeviceList(lambda found: send(messages.DevicesFound(found)))
        self._video_line = VideoLine(self._picture_encoded, lambda: self._calls.is_behind)
        self._camera = Camera(self._captured, self._camera_event, Cameras())
        self._camera_works = False
        self._sound = Sound(
            send,
            self._on_loop,
            lambda packet: self._on_loop(lambda: self._calls.offer_packet("audio", packet, True)),
            self._devices.set_sound,
            self._tell_state,
        )
        self._media = CallMedia(
            self._feeds[Stream.STRANGER],
            self._sound.playout,
            self._video_line,
            self._sound.microphone,
            lambda: (self._camera_works, self._sound.microphone_heard),
        )
        self._calls = CallDesk(send, self._media, self._needs_changed)
        self._camera_watch: CameraWatch | None = None
        self._handlers = self._handler_table()

    def start(self) -> None:
        self._send(messages.EngineStarted(versions=_versions()))
        self._camera_watch = CameraWatch(self._cameras_seen)

    def handle(self, command: messages.Command) -> None:
        """Carry out one command; a failing one is logged and harms no other."""
        try:
            self._handlers[type(command)](command)
        except Exception:
            log.exception("%s failed", type(command).__name__)

    async def close(self) -> None:
        """Release every device and close every connection, the camera first."""
        self._camera.close()
        if self._camera_watch is not None:
            self._camera_watch.stop()
        await self._tasks.close()
        await self._calls.close()
        self._sound.close()
        self._video_line.close()
        for feed in self._feeds.values():
            feed.close()
        self._camera.wait_released(timeout_s=0.5)

    def _handler_table(self) -> dict[type, Callable[[Any], None]]:
        calls, sound = self._calls, self._sound
        return {
            messages.RefreshDevices: self._refresh_devices,
            messages.OpenCamera: self._camera.open,
            messages.CloseCamera: self._close_camera,
            messages.OpenMicrophone: sound.open_microphone,
            messages.CloseMicrophone: lambda _command: sound.close_microphone(),
            messages.MuteMicrophone: self._mute,
            messages.ProcessVoice: sound.process_voice,
            messages.OpenSpeaker: sound.open_speaker,
            messages.SetVolume: self._set_volume,
            messages.PlayTestSound: lambda _command: sound.playout.add_sound(chime()),
            messages.WatchLevels: self._watch_levels,
            messages.SetView: self._set_view,
            messages.SetBlur: lambda command: self._feeds[command.stream].set_blur(command.on),
            messages.ReleasePicture: lambda command: self._feeds[command.stream].release(
                command.slot
            ),
            messages.PrepareConnection: calls.prepare,
            messages.StartCall: calls.start,
            messages.ReplaceConnection: calls.replace,
            messages.RemoteDescription: calls.take_description,
            messages.RemoteCandidate: calls.take_candidate,
            messages.EndCall: calls.end,
            messages.SendText: calls.send_text,
            messages.SendTyping: calls.send_typing,
            messages.MeasurePlayback: self._measure_playback,
            messages.Ping: lambda command: self._send(messages.Pong(command.number)),
        }

    def _on_loop(self, work: Callable[[], None]) -> None:
        # A thread may outlive the loop by a moment when the process ends.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(work)

    def _captured(self, frame: CapturedFrame) -> None:
        """On the camera's thread. Nobody looks at themselves while the next person appears."""
        self._video_line.offer(frame)
        feed = self._feeds[Stream.SELF]
        if feed.wanted and not self._calls.goes_first:
            feed.offer(own_picture(frame))

    def _picture_encoded(self, packet: EncodedPacket, key_frame: bool) -> None:
        """On the video line's thread."""
        self._on_loop(lambda: self._offer_picture(packet, key_frame))

    def _offer_picture(self, packet: EncodedPacket, key_frame: bool) -> None:
        # What is on its way here when the camera goes off is not sent either.
        if self._camera_works:
            self._calls.offer_packet("video", packet, key_frame)

    def _camera_event(self, event: messages.Message) -> None:
        """From any thread: tell the interface, and the stranger through the loop."""
        self._send(event)
        if isinstance(event, messages.DeviceOpened):
            self._video_line.set_rate(event.fps)
            self._on_loop(lambda: self._set_camera_works(True))
        elif isinstance(event, messages.DeviceFailed):
            self._on_loop(lambda: self._set_camera_works(False))

    def _set_camera_works(self, works: bool) -> None:
        works = works and self._camera.is_open
        if not works:
            self._video_line.forget()
            self._calls.forget_pictures()
            self._feeds[Stream.SELF].clear()
        self._camera_works = works
        self._tell_state()

    def _close_camera(self, _command: messages.CloseCamera) -> None:
        self._camera.close()
        self._set_camera_works(False)

    def _cameras_seen(self, found: list[messages.Device]) -> None:
        """On the watch's thread."""
        self._on_loop(lambda: self._devices.set_cameras(found))
        self._on_loop(lambda: self._camera.devices_changed(found))

    def _refresh_devices(self, _command: messages.RefreshDevices) -> None:
        if self._camera_watch is not None:
            self._camera_watch.refresh()
        self._sound.refresh_devices()

    def _mute(self, command: messages.MuteMicrophone) -> None:
        self._sound.microphone.muted = command.muted
        self._tell_state()

    def _set_volume(self, command: messages.SetVolume) -> None:
        self._sound.playout.volume = max(0.0, min(1.0, command.volume))

    def _set_view(self, command: messages.SetView) -> None:
        self._feeds[command.stream].set_view(View(command.width, command.height, command.fill))

    def _measure_playback(self, command: messages.MeasurePlayback) -> None:
        played = self._sound.playout.last_played()
        levels = tone_levels(played, SAMPLE_RATE, command.frequencies_hz[:32])
        self._send(messages.PlaybackMeasured(levels))

    def _watch_levels(self, command: messages.WatchLevels) -> None:
        if self._levels is not None:
            self._levels.cancel()
            self._levels = None
        if command.on:
            self._levels = self._tasks.start(self._send_levels(), "levels")

    async def _send_levels(self) -> None:
        while True:
            level = self._sound.microphone.meter.take()
            self._send(messages.Level(DeviceKind.MICROPHONE, level))
            await asyncio.sleep(1.0 / LEVELS_PER_S)

    def _tell_state(self) -> None:
        self._calls.tell_state()

    def _needs_changed(self) -> None:
        """Encode while a call stands, keep warm while one may begin, and rest otherwise."""
        self._video_line.set_running(self._calls.may_send_video, sending=self._calls.sends_video)
        self._sound.microphone.sending = self._calls.sends_sound


def _versions() -> dict[str, str]:
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "unknown"
    return found
