"""A second connection in a running call of two engine processes."""

import pytest

from desktop_app import engine_messages as messages
from desktop_app.engine_messages import Stream
from signaling_server.protocol.messages import DescriptionKind
from tests.desktop_app.engine import calls
from tests.desktop_app.engine.engine_driver import EngineDriver

Pair = tuple[EngineDriver, EngineDriver]


@pytest.fixture
def call(pair: Pair) -> str:
    """Both see each other."""
    for engine, voice_hz in zip(pair, (calls.ANN_HZ, calls.BOB_HZ), strict=True):
        calls.open_devices(engine, voice_hz)
        engine.send(messages.MuteMicrophone(False))
    call = calls.call_paired(pair[0], calls.prepare(pair[0]), pair[1], calls.prepare(pair[1]))
    for engine in pair:
        engine.wait_picture(Stream.STRANGER, call=call)
        engine.seen.clear()
    return call


def replaced(engine: EngineDriver) -> bool:
    return any(isinstance(event, messages.ConnectionReplaced) for event in engine.seen)


def test_picture_sound_text_and_state_go_over_to_the_new_connection(pair: Pair, call: str) -> None:
    ann, bob = pair
    for number in range(20):
        ann.send(messages.SendText(call, number, f"line {number}"))
        if number == 10:
            calls.replace_connection(call, ann, bob, 1)
    calls.wait_replaced(call, 1, ann, bob)

    texts = [e.text for e in bob.seen if isinstance(e, messages.TextReceived)]
    while len(texts) < 20:
        texts.append(bob.wait(messages.TextReceived).text)
    assert texts == [f"line {number}" for number in range(20)]
    for engine in pair:
        engine.wait_picture(Stream.STRANGER, call=call)
        assert not [e for e in engine.seen if isinstance(e, messages.PictureCleared)]
    calls.wait_tone(ann, calls.BOB_HZ, calls.ANN_HZ)
    calls.wait_tone(bob, calls.ANN_HZ, calls.BOB_HZ)
    ann.send(messages.CloseCamera())
    bob.wait(messages.StrangerState, lambda state: not state.camera)
    bob.send(messages.EndCall(call))
    failed = ann.wait(messages.CallFailed)
    assert failed == messages.CallFailed(call, messages.CallFailure.ENDED_BY_STRANGER)


def test_the_newest_offer_counts(pair: Pair, call: str) -> None:
    ann, bob = pair
    ann.send(messages.ReplaceConnection(call, 1))
    older = ann.wait(messages.LocalDescription)
    bob.send(messages.RemoteDescription(call, older.kind, older.sdp, 1))
    calls.replace_connection(call, bob, ann, 2)

    calls.wait_replaced(call, 2, ann, bob)
    calls.replace_connection(call, ann, bob, 3)
    calls.wait_replaced(call, 3, ann, bob)
    ann.wait_picture(Stream.STRANGER, call=call)


def test_a_replacement_that_fails_leaves_the_call_as_it_was(pair: Pair, call: str) -> None:
    ann, bob = pair
    ann.send(messages.RemoteDescription(call, DescriptionKind.OFFER, "no description", 1))
    failed = ann.wait(messages.ReplacementFailed)
    assert failed == messages.ReplacementFailed(call, 1)

    ann.send(messages.SendText(call, 1, "still here"))
    assert bob.wait(messages.TextReceived).text == "still here"
    bob.wait_picture(Stream.STRANGER, call=call)
    assert not replaced(ann)
