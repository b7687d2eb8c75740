"""A real Chromium and our engine: picture, sound and text both ways, found by their content."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from desktop_app import engine_messages as engine
from signaling_server.protocol.messages import Mode, Role
from tests.browser_peer.browser import Chromium, chromium, running_chromium
from tests.camera_pipe import camera_pipe
from tests.interoperation.meeting import call, exchange_texts, hear_each_other
from tests.moving_clip import write_clip, write_tone
from tests.relay_process import coturn_is_installed, running_relay

pytestmark = pytest.mark.skipif(chromium() is None, reason="there is no Chromium here")

BROWSER_HZ = 660.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.y4m", 640, 480, frames=90)


@pytest.fixture(autouse=True)
def no_sound_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's sound out of it: the engine's voice is then the generated one."""
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")


@pytest.fixture
async def browser(clip: Path, tmp_path: Path) -> AsyncIterator[Chromium]:
    tone = write_tone(tmp_path / "tone.wav", BROWSER_HZ)
    async with running_chromium(clip, tone) as running:
        yield running


@pytest.fixture
def camera(clip: Path, tmp_path: Path) -> Iterator[Path]:
    with camera_pipe(tmp_path / "camera", clip) as path:
        yield path


@pytest.mark.parametrize("codec", ["H264", "VP8"])
@pytest.mark.parametrize("engine_role", list(Role))
async def test_a_browser_and_the_engine_see_hear_and_read_each_other(
    browser: Chromium, camera: Path, engine_role: Role, codec: str
) -> None:
    async with call(browser, Mode.VIDEO, camera, engine_role, codec) as (ours, page):
        seen = {await ours.see_code() for _ in range(20)}
        assert len(seen) >= 10, "the engine saw a standing picture"

        report = await page.until("r.picture.codes >= 30")
        assert report["picture"]["codes"] >= report["picture"]["frames"] * 0.9
        assert await page.do("codec") == f"video/{codec}"

        await hear_each_other(ours, page, BROWSER_HZ)
        await exchange_texts(ours, page)


async def test_a_browser_may_send_any_codec_of_our_offer_and_change_it(
    browser: Chromium, camera: Path
) -> None:
    """It sends our first one, H264, though its answer names VP8 alone."""
    async with call(browser, Mode.VIDEO, camera, Role.OFFERER, "VP8", sends="any") as (ours, page):
        await ours.see_code()
        assert await page.do("codec", "outbound") == "video/H264"
        await page.do("sendWith", "VP8")
        async with asyncio.timeout(10):
            while await page.do("codec", "outbound") != "video/VP8":  # noqa: ASYNC110 (no event says so)
                await asyncio.sleep(0.05)
        seen = {await ours.see_code() for _ in range(10)}
        assert len(seen) >= 5, "the engine saw a standing picture"


async def test_a_browser_that_offers_several_sizes_at_once_is_seen_in_one(
    browser: Chromium, camera: Path
) -> None:
    async with call(browser, Mode.VIDEO, camera, Role.ANSWERER, simulcast=1) as (ours, page):
        seen = {await ours.see_code() for _ in range(20)}
        assert len(seen) >= 10, "the engine saw a standing picture"
        await page.until("r.picture.codes >= 5")
        await exchange_texts(ours, page)


async def test_a_browser_whose_pictures_we_cannot_read_is_heard_and_read(
    browser: Chromium, camera: Path
) -> None:
    async with call(browser, Mode.VIDEO, camera, Role.ANSWERER, "VP9", sends="any") as (ours, page):
        await hear_each_other(ours, page, BROWSER_HZ)
        await exchange_texts(ours, page)


@pytest.mark.parametrize("engine_role", list(Role))
async def test_a_browser_and_the_engine_hear_each_other_without_a_camera(
    browser: Chromium, engine_role: Role
) -> None:
    async with call(browser, Mode.VOICE, None, engine_role) as (ours, page):
        await hear_each_other(ours, page, BROWSER_HZ)
        await exchange_texts(ours, page)


@pytest.mark.parametrize("engine_role", list(Role))
async def test_a_browser_hears_music_and_is_asked_for_stereo(
    browser: Chromium, engine_role: Role
) -> None:
    async with call(browser, Mode.VOICE, None, engine_role, music=True) as (ours, page):
        await hear_each_other(ours, page, BROWSER_HZ)
        agreed = (await page.do("soundFormat")).split(";")
        assert {"stereo=1", "maxaveragebitrate=128000"} <= set(agreed)


@pytest.mark.parametrize("engine_role", list(Role))
async def test_a_browser_and_the_engine_write_with_no_device_at_all(
    browser: Chromium, engine_role: Role
) -> None:
    async with call(browser, Mode.TEXT, None, engine_role) as (ours, page):
        await exchange_texts(ours, page)


@pytest.mark.skipif(not coturn_is_installed, reason="coturn is not installed")
@pytest.mark.parametrize("engine_role", list(Role))
async def test_a_browser_and_the_engine_meet_through_a_relay_alone(
    browser: Chromium, camera: Path, tmp_path: Path, engine_role: Role
) -> None:
    with running_relay() as relay:
        settings = relay.server_settings(tmp_path)
        async with call(browser, Mode.VIDEO, camera, engine_role, relayed_by=settings) as (
            ours,
            page,
        ):
            await ours.see_code()
            await page.until("r.picture.codes >= 5")
            await hear_each_other(ours, page, BROWSER_HZ)
            await exchange_texts(ours, page)
            assert (await ours.wait(engine.Statistics)).direct is False


async def test_a_browser_hears_the_engine_again_after_it_was_muted(browser: Chromium) -> None:
    async with call(browser, Mode.VOICE, None, Role.OFFERER) as (ours, page):
        await hear_each_other(ours, page, BROWSER_HZ)
        ours.mute(True)
        await page.until("r.sound.level_db < -70")
        for _ in range(2):
            await ours.wait(engine.Statistics)
        ours.mute(False)
        await hear_each_other(ours, page, BROWSER_HZ)


async def test_the_engine_is_told_what_the_browser_has_switched_on(
    browser: Chromium, camera: Path
) -> None:
    async with call(browser, Mode.VIDEO, camera, Role.OFFERER) as (ours, page):
        state = await ours.wait(engine.StrangerState)
        assert (state.camera, state.microphone) == (True, True)
        await page.until(
            "r.stranger_state && r.stranger_state.camera && r.stranger_state.microphone"
        )


async def test_the_call_ends_for_the_engine_when_the_browser_closes_it(
    browser: Chromium, camera: Path
) -> None:
    async with call(browser, Mode.VIDEO, camera, Role.OFFERER) as (ours, page):
        await ours.see_code()
        await page.do("hangUp")
        failed = await asyncio.wait_for(ours.wait(engine.CallFailed), 15)
        assert failed.failure is engine.CallFailure.ENDED_BY_STRANGER
