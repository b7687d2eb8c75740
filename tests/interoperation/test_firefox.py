"""A real Firefox and our engine. Debian's has no H264 without a download: it speaks VP8."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from signaling_server.protocol.messages import Mode, Role
from tests.browser_peer.firefox import FAKE_TONE_HZ, Firefox, firefox, running_firefox
from tests.camera_pipe import camera_pipe
from tests.interoperation.meeting import call, exchange_texts, hear_each_other
from tests.moving_clip import write_clip
from tests.sound_pipes import Samples, can_pipe_sound, sound_pipes

pytestmark = pytest.mark.skipif(
    firefox() is None or not can_pipe_sound(), reason="needs Firefox and PulseAudio"
)


@pytest.fixture(autouse=True)
def no_sound_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's sound out of it: the engine's voice is then the generated one."""
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Firefox]:
    with sound_pipes(tmp_path / "sound", silence) as sound:
        async with running_firefox(sound.environment) as running:
            yield running


def silence(position: int, count: int) -> Samples:
    """The microphone of the sound server; Firefox hums into its own fake one."""
    return np.zeros(count, np.int16)


@pytest.fixture
def camera(tmp_path: Path) -> Iterator[Path]:
    clip = write_clip(tmp_path / "clip.y4m", 640, 480, frames=90)
    with camera_pipe(tmp_path / "camera", clip) as path:
        yield path


@pytest.mark.parametrize("engine_role", list(Role))
async def test_a_firefox_and_the_engine_see_hear_and_read_each_other(
    browser: Firefox, camera: Path, engine_role: Role
) -> None:
    async with call(browser, Mode.VIDEO, camera, engine_role) as (ours, page):
        seen = {await ours.see_code() for _ in range(20)}
        assert len(seen) >= 10, "the engine saw a standing picture"
        await page.until("r.picture.codes >= 30")
        assert await page.do("codec") == "video/VP8"

        await hear_each_other(ours, page, FAKE_TONE_HZ)
        await exchange_texts(ours, page)


async def test_a_firefox_that_knows_of_one_transport_only_is_seen_and_read(
    browser: Firefox, camera: Path
) -> None:
    """It offers every section but the first with port 0, for the bundle only."""
    async with call(browser, Mode.VIDEO, camera, Role.ANSWERER, bundle="max-bundle") as (
        ours,
        page,
    ):
        await ours.see_code()
        await page.until("r.picture.codes >= 5")
        await hear_each_other(ours, page, FAKE_TONE_HZ)
        await exchange_texts(ours, page)
