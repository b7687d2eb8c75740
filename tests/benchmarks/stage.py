"""What every benchmark needs around the two sides: clip, server, display, people and browsers."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from build_scripts.application import Application, prepare_profile, running_application
from build_scripts.virtual_display import virtual_display
from tests.benchmarks.size import Size
from tests.browser_peer.browser import BrowserPeer, Chromium, running_chromium
from tests.camera_pipe import camera_pipe
from tests.coded_voice import coded_voice
from tests.link.network import Network, Node, running_network
from tests.moving_clip import FPS, write_clip, write_tone
from tests.relay_process import running_relay
from tests.server_process import running_server
from tests.sound_pipes import SoundPipes, Speech, sound_pipes

CLIP_FRAMES = 10 * FPS
"""Longer than any latency, so that a frame code names one frame."""
VOICE_HZ = 300.0
TONE_HZ = 440.0


class Stage:
    """One clip and one server; both sides are played on it, one after the other.

    relay: the server has one, and nobody is reached otherwise. network: where there is one,
    each person has a machine of it, and the server another.
    """

    def __init__(
        self,
        size: Size,
        directory: Path,
        server: str,
        display: dict[str, str],
        *,
        relay: bool,
        network: Network | None,
    ) -> None:
        self.size = size
        self.server = server
        self.server_pid = 0
        self.relay = relay
        self.network = network
        self._directory = directory
        self._display = display
        self._clip = write_clip(directory / "clip.y4m", size.width, size.height, CLIP_FRAMES)
        self._tone = write_tone(directory / "tone.wav", TONE_HZ)

    @contextlib.contextmanager
    def sound(self, speaker: int, speech: Speech | None = None) -> Iterator[SoundPipes]:
        """Run a sound server into whose microphone person 0 or 1 speaks, in turns or this."""
        with (
            tempfile.TemporaryDirectory(prefix="sound-", dir=self._directory) as home,
            sound_pipes(Path(home), speech or coded_voice(speaker)) as pipes,
        ):
            yield pipes

    @contextlib.asynccontextmanager
    async def application(
        self, name: str, place: int, sound: SoundPipes | None = None
    ) -> AsyncIterator[Application]:
        """Run our application with the clip as its camera; a name is used once.

        place is the number of the person whose machine it is, where there is a network. Without
        a sound server a voice is generated, and nobody hears.
        """
        node = self._node(place)
        pipe = self._directory / f"{name}-camera"
        profile = self._directory / name
        with camera_pipe(pipe, self._clip):
            prepare_profile(
                profile,
                self.server,
                camera=str(pipe),
                width=self.size.width,
                height=self.size.height,
                fps=FPS,
            )
            options = ("--stand-in-voice", str(VOICE_HZ))
            async with running_application(
                name,
                profile,
                self.server,
                *options,
                environment={**self._display, **(sound.environment if sound else {})},
                enter=node.enter if node else (),
            ) as application:
                yield application

    @contextlib.asynccontextmanager
    async def browser(self, place: int, sound: SoundPipes | None = None) -> AsyncIterator[Chromium]:
        """Run a browser with the clip as its camera, on a machine as an application is.

        With a sound server it uses that, and has no camera but one that a page draws.
        """
        async with running_chromium(
            None if sound else self._clip,
            None if sound else self._tone,
            node=self._node(place),
            sound=sound.environment if sound else None,
        ) as browser:
            yield browser

    async def page(self, browser: Chromium, **parameters: object) -> BrowserPeer:
        """Open a page that holds the size from the start and parks its offers, as we do."""
        return await browser.peer(
            self.server,
            park=1,
            relay=int(self.relay),
            **{
                "processing": 1,
                "width": self.size.width,
                "height": self.size.height,
                "bitrate": self.size.browser_bitrate_bps,
                **parameters,
            },
        )

    def _node(self, place: int) -> Node | None:
        return self.network.people[place] if self.network is not None else None


@contextlib.asynccontextmanager
async def stage(
    size: Size, *, relay: bool = False, link_ms: float | None = None, people: int = 2
) -> AsyncIterator[Stage]:
    """Set the stage for one size. Windows go to a virtual display; the browsers are headless.

    link_ms: so many people and the server have a machine each, with this round trip between any
    two people, and half of it to the server: as long from one to another through it.
    """
    with contextlib.ExitStack() as around:
        directory = around.enter_context(_directory())
        display = around.enter_context(virtual_display())
        options = ["--allowed-origin", "*"]
        network: Network | None = None
        host: str = "127.0.0.1"
        enter: tuple[str, ...] = ()
        if link_ms is not None:
            network = around.enter_context(running_network(people, delay_ms=link_ms / 2))
            host, enter = network.server.address, network.server.enter
        if relay:
            coturn = around.enter_context(running_relay())
            options += ["--config", str(coturn.server_settings(directory))]
        async with running_server(*options, host=host, enter=enter) as server:
            scene = Stage(size, directory, server.url, display, relay=relay, network=network)
            scene.server_pid = server.process.pid
            yield scene


@contextlib.contextmanager
def _directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="passerby-benchmark-") as path:
        yield Path(path)
