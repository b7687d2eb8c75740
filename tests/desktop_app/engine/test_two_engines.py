"""Two engine processes in one call: picture, sound and text both ways."""

import os
import signal
import socket
import time
from collections.abc import Callable

import psutil
import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import MediaHealth, Stream
from signaling_server.protocol.messages import DescriptionKind, Exchange, Mode, Role
from tests.desktop_app.engine import calls
from tests.desktop_app.engine.engine_driver import EngineDriver

Pair = tuple[EngineDriver, EngineDriver]
MDNS_PORT = 5353


@pytest.fixture(autouse=True)
def devices_open(pair: Pair) -> None:
    for engine, voice_hz in zip(pair, (calls.ANN_HZ, calls.BOB_HZ), strict=True):
        calls.open_devices(engine, voice_hz)
        engine.send(messages.MuteMicrophone(False))


def expect_each_other(ann: EngineDriver, bob: EngineDriver, call: str) -> None:
    """Picture by content, tone by frequency, text with delivery; each way."""
    for one, other in ((ann, bob), (bob, ann)):
        own = calls.background(calls.mirrored(one.wait_picture(Stream.SELF)))
        other.wait_picture(
            Stream.STRANGER,
            lambda picture, own=own: calls.same_colour(calls.background(picture), own),
            call=call,
        )
    calls.wait_tone(ann, calls.BOB_HZ, calls.ANN_HZ)
    calls.wait_tone(bob, calls.ANN_HZ, calls.BOB_HZ)
    for one, other in ((ann, bob), (bob, ann)):
        one.send(messages.SendText(call, 7, "¿qué tal? 🙂"))
        assert other.wait(messages.TextReceived).text == "¿qué tal? 🙂"
        assert one.wait(messages.TextDelivered).number == 7


def test_a_paired_call_carries_picture_sound_and_text(pair: Pair) -> None:
    ann, bob = pair
    call = calls.call_paired(ann, calls.prepare(ann), bob, calls.prepare(bob))

    expect_each_other(ann, bob, call)


def test_a_classical_call_carries_picture_sound_and_text(pair: Pair) -> None:
    ann, bob = pair
    call = calls.call_classical(bob, ann)

    expect_each_other(ann, bob, call)


def test_a_candidate_that_cannot_be_looked_up_leaves_the_others(pair: Pair) -> None:
    ann, bob = pair
    call = calls.new_call()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        try:
            holder.bind(("", MDNS_PORT))
        except OSError:
            pytest.skip("another program answers for names here")
        ann.send(messages.StartCall(call, Mode.TEXT, Role.OFFERER, Exchange.CLASSICAL))
        bob.send(messages.StartCall(call, Mode.TEXT, Role.ANSWERER, Exchange.CLASSICAL))
        for name in ("nobody-here", "x" * 63, "x" * 64):
            candidate = f"candidate:1 1 udp 2113937151 {name}.local 56658 typ host"
            bob.send(messages.RemoteCandidate(call, candidate))
        calls.carry_description(call, ann, bob, DescriptionKind.OFFER)
        calls.carry_description(call, bob, ann, DescriptionKind.ANSWER)
        calls.wait_connected(call, ann, bob)


def test_a_parked_offer_can_be_answered_classically(pair: Pair) -> None:
    ann, bob = pair
    ann.send(messages.PrepareConnection(Mode.VOICE))
    ready = calls.prepare(ann)
    call = calls.new_call()
    exchange = Exchange.CLASSICAL
    ann.send(messages.StartCall(call, Mode.VIDEO, Role.OFFERER, exchange, ready.connection))
    bob.send(
        messages.StartCall(call, Mode.VIDEO, Role.ANSWERER, exchange, description=ready.description)
    )
    calls.carry_description(call, bob, ann, DescriptionKind.ANSWER)
    calls.wait_connected(call, ann, bob)

    bob.wait_picture(Stream.STRANGER, call=call)


def test_the_next_call_works_as_the_one_before(pair: Pair) -> None:
    ann, bob = pair
    for _ in range(3):
        call = calls.call_paired(ann, calls.prepare(ann), bob, calls.prepare(bob))
        ann.wait_picture(Stream.STRANGER, call=call)
        bob.wait_picture(Stream.STRANGER, call=call)


def test_a_voice_call_has_sound_and_no_picture(pair: Pair) -> None:
    ann, bob = pair
    ready = [calls.prepare(engine, Mode.VOICE) for engine in pair]
    calls.call_paired(ann, ready[0], bob, ready[1])

    calls.wait_tone(ann, calls.BOB_HZ, calls.ANN_HZ)
    assert "m=video" not in ready[0].description


def test_a_text_call_has_text_only(pair: Pair) -> None:
    ann, bob = pair
    ready = [calls.prepare(engine, Mode.TEXT) for engine in pair]
    call = calls.call_paired(ann, ready[0], bob, ready[1])

    ann.send(messages.SendText(call, 1, "hello"))
    assert bob.wait(messages.TextReceived).text == "hello"
    assert "m=audio" not in ready[0].description


def test_the_stranger_is_told_of_camera_microphone_and_typing(pair: Pair) -> None:
    ann, bob = pair
    call = calls.call_classical(ann, bob)
    bob.wait(messages.StrangerState, lambda state: state.camera and state.microphone)
    bob.wait_picture(Stream.STRANGER, call=call)

    ann.send(messages.MuteMicrophone(True))
    bob.wait(messages.StrangerState, lambda state: state.camera and not state.microphone)
    ann.send(messages.CloseCamera())
    bob.wait(messages.StrangerState, lambda state: not state.camera)
    bob.wait(messages.PictureCleared, lambda cleared: cleared.stream is Stream.STRANGER)
    ann.send(messages.SendTyping(call, True))
    assert bob.wait(messages.TypingReceived).typing
    ann.send(messages.MuteMicrophone(False))
    ann.send(messages.OpenCamera(stand_in=True, width=640, height=480))
    bob.wait(messages.StrangerState, lambda state: state.camera and state.microphone)
    bob.wait_picture(Stream.STRANGER, call=call)


def test_a_camera_that_goes_off_while_the_call_is_set_up_is_never_seen(pair: Pair) -> None:
    ann, bob = pair
    call = calls.new_call()
    ann_ready, bob_ready = calls.prepare(ann), calls.prepare(bob)
    calls.start_paired(call, ann, Role.OFFERER, ann_ready, bob_ready)
    time.sleep(0.3)  # Pictures are made ahead, and wait for the connection.
    ann.send(messages.CloseCamera())
    calls.start_paired(call, bob, Role.ANSWERER, bob_ready, ann_ready)
    calls.wait_connected(call, ann, bob)

    assert [bob.wait(messages.Statistics).width for _ in range(2)] == [0, 0]
    ann.send(messages.OpenCamera(stand_in=True, width=640, height=480))
    bob.wait_picture(Stream.STRANGER, call=call)


def test_a_muted_microphone_sends_silence(pair: Pair) -> None:
    ann, bob = pair
    calls.call_classical(ann, bob)
    calls.wait_tone(bob, calls.ANN_HZ, calls.BOB_HZ)

    ann.send(messages.MuteMicrophone(True))
    bob.wait(messages.StrangerState, lambda state: not state.microphone)
    for _ in range(10):
        bob.wait(messages.Statistics)
        bob.send(messages.MeasurePlayback([calls.ANN_HZ]))
        if bob.wait(messages.PlaybackMeasured).levels[0] < 0.001:
            break
    else:
        raise AssertionError("the muted voice is still heard")

    ann.send(messages.MuteMicrophone(False))
    calls.wait_tone(bob, calls.ANN_HZ, calls.BOB_HZ)
    voice_percent = bob.wait(messages.Statistics).voice_percent
    assert voice_percent is not None
    assert voice_percent > 50


def test_ending_a_call_clears_the_stranger_and_tells_the_other_side(pair: Pair) -> None:
    ann, bob = pair
    call = calls.call_classical(ann, bob)
    ann.wait_picture(Stream.STRANGER, call=call)

    ann.send(messages.EndCall(call))
    ann.wait(messages.PictureCleared, lambda cleared: cleared.stream is Stream.STRANGER)
    failed = bob.wait(messages.CallFailed)
    assert failed == messages.CallFailed(call, messages.CallFailure.ENDED_BY_STRANGER)


def test_text_written_before_the_channel_opens_arrives_in_order(pair: Pair) -> None:
    ann, bob = pair
    call = calls.new_call()
    ann.send(messages.StartCall(call, Mode.TEXT, Role.OFFERER, Exchange.CLASSICAL))
    for number in range(5):
        ann.send(messages.SendText(call, number, f"line {number}"))
    bob.send(messages.StartCall(call, Mode.TEXT, Role.ANSWERER, Exchange.CLASSICAL))
    calls.carry_description(call, ann, bob, DescriptionKind.OFFER)
    calls.carry_description(call, bob, ann, DescriptionKind.ANSWER)

    texts = [bob.wait(messages.TextReceived).text for _ in range(5)]
    assert texts == [f"line {number}" for number in range(5)]


def test_a_call_without_a_way_through_fails(
    start_engine: Callable[[], EngineDriver], pair: Pair
) -> None:
    ann = pair[0]
    gone = start_engine()
    theirs = calls.prepare(gone)
    gone.stop()
    own = calls.prepare(ann, Mode.VOICE)
    call = calls.new_call()
    ann.send(
        messages.StartCall(
            call,
            Mode.VOICE,
            Role.OFFERER,
            Exchange.PAIRED,
            own.connection,
            theirs.description,
        )
    )
    failed = ann.wait(messages.CallFailed)
    assert failed == messages.CallFailed(call, messages.CallFailure.NO_PATH)


def test_a_stranger_who_falls_silent_is_told_and_so_is_the_return(pair: Pair) -> None:
    ann, bob = pair
    call = calls.call_classical(ann, bob)
    os.kill(bob.process.pid or 0, signal.SIGSTOP)
    try:
        ann.wait(messages.CallHealth, lambda event: event.health is MediaHealth.SILENT)
    finally:
        os.kill(bob.process.pid or 0, signal.SIGCONT)
    health = ann.wait(messages.CallHealth)
    assert health == messages.CallHealth(call, MediaHealth.CONNECTED)


def test_hammering_next_leaves_one_call_and_no_sockets_behind(pair: Pair) -> None:
    ann, bob = pair
    calls.call_classical(ann, bob)
    before = len(psutil.Process(ann.process.pid).net_connections("udp"))
    for _ in range(25):
        ann.send(messages.StartCall(calls.new_call(), Mode.VIDEO, Role.OFFERER, Exchange.CLASSICAL))
        ann.wait(messages.LocalDescription)
    call = calls.call_classical(ann, bob)
    bob.wait_picture(Stream.STRANGER, call=call)
    for _ in range(5):
        ann.wait(messages.Statistics)
        if len(psutil.Process(ann.process.pid).net_connections("udp")) <= before:
            return
    raise AssertionError("sockets of ended calls are left open")
