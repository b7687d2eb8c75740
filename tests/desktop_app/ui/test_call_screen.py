"""What the call screen says and does in each state."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QAbstractButton, QApplication

from desktop_app.engine_messages import DeviceKind, DeviceProblem, Stream
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Ending, EngineState, Link, LinkProblem
from desktop_app.settings.model import Server
from desktop_app.ui.application import apply_language
from signaling_server.protocol.messages import Ban, Mode
from tests.desktop_app.ui.stage_set import SETTLED, StageSet


def test_the_search_counts_its_seconds(stage: StageSet):
    stage.welcome.enter()
    stage.conversation.next()
    stage.conversation.now += 12
    stage.call.second_passed.emit()

    assert stage.window.screen_of_call.stage.words == "Looking for someone… 12 s"


def test_a_call_is_told_from_search_to_end(stage: StageSet):
    stage.welcome.enter()
    screen = stage.window.screen_of_call
    assert screen.stage.words == "Ready when you are"
    stage.conversation.next()
    stage.conversation.meet()
    assert screen.stage.words == "Someone is there. Connecting…"
    stage.conversation.connect()
    assert screen.header.state_text == "Talking with a stranger"
    stage.conversation.end(Ending.LOST)

    assert screen.stage.words == "The connection to the stranger was lost."


def test_a_silent_stranger_is_said_as_reconnecting(call: StageSet):
    call.conversation.show(media_silent=True)

    assert call.window.screen_of_call.header.state_text == "Reconnecting…"


def test_a_lost_server_is_said_and_can_be_tried_now(call: StageSet):
    header = call.window.screen_of_call.header
    call.conversation.show(
        link=Link.WAITING, link_problem=LinkProblem.LOST, retry_at=call.conversation.now + 4.2
    )
    assert header.server_text == (
        "The connection to the server was lost. Your call goes on. Trying again in 5 s."
    )
    header.try_now.click()
    assert call.conversation.reconnects == 1
    call.conversation.show(link=Link.ONLINE, link_problem=None, retry_at=None)

    assert header.server_text == ""


def test_a_dead_engine_is_said_and_next_is_off(call: StageSet):
    call.conversation.end(Ending.ENGINE_LOST)
    call.conversation.show(engine=EngineState.FAILED)
    screen = call.window.screen_of_call

    assert "quit Passerby" in screen.stage.words
    assert not screen.controls.next.isEnabled()


def test_what_the_stranger_has_switched_off_is_shown(call: StageSet):
    header = call.window.screen_of_call.header
    assert header.badges == ["direct"]
    call.conversation.show_stranger(microphone_on=False, camera_on=False)
    assert header.badges == ["camera off", "muted", "direct"]
    call.conversation.show_stranger(has_camera=False, microphone_on=True, direct=False)

    assert header.badges == ["no camera", "relayed"]


def test_a_broken_device_is_said_during_the_call_only_where_it_is_needed(call: StageSet):
    header = call.window.screen_of_call.header
    call.equipment.show(DeviceKind.CAMERA, opened=None, problem=DeviceProblem.NONE_FOUND)
    assert header.device_text == "No camera was found. You can still talk and write."
    call.conversation.show(mode=Mode.VOICE)

    assert header.device_text == ""


def test_camera_and_microphone_are_switched_by_their_buttons(call: StageSet):
    controls = call.window.screen_of_call.controls
    controls.camera.click()
    controls.microphone.click()

    assert not call.store.value.camera_on
    assert not call.store.value.microphone_on
    assert controls.camera.accessibleName() == "Switch the camera on"
    assert controls.microphone.accessibleName() == "Unmute yourself"


def test_every_button_has_an_accessible_name(call: StageSet):
    call.window.screen_of_call.settings_asked.emit()
    buttons = call.window.findChildren(QAbstractButton)
    nameless = [
        button
        for button in buttons
        if button.isVisible()
        and not (button.accessibleName() or button.text())
        and not button.objectName().startswith("qt_")
    ]

    assert nameless == []


def test_blocking_asks_once_and_then_parts(call: StageSet):
    stranger = call.conversation.situation.stranger
    assert stranger is not None
    call.window.screen_of_call.controls.block.click()
    call.window.screen_of_call.controls.block.click()
    question = call.window.question
    assert question is not None
    question.yes.click()

    assert [block.stranger for block in call.store.value.blocked] == [stranger.id]
    assert call.conversation.situation.phase is Phase.IDLE
    assert call.window.question is None


def test_blocking_never_hits_the_next_stranger(call: StageSet):
    call.window.screen_of_call.block_asked.emit()
    question = call.window.question
    assert question is not None
    call.conversation.next()
    call.conversation.meet()
    question.yes.click()

    assert [block.stranger for block in call.store.value.blocked] == ["stranger-1"]
    assert call.conversation.situation.phase is Phase.CONNECTING


def test_direct_calls_are_asked_about_once_for_a_server(stage: StageSet):
    server = Server("ws://localhost:8765")
    stage.store.change(servers=(server,))
    stage.window.next_action.trigger()
    question = stage.window.question
    assert question is not None
    assert stage.conversation.situation.phase is Phase.IDLE
    question.no.click()
    assert stage.conversation.situation.phase is Phase.IDLE
    stage.window.next_action.trigger()
    question = stage.window.question
    assert question is not None
    question.yes.click()

    assert stage.conversation.situation.phase is Phase.SEARCHING
    stage.conversation.stop()
    stage.window.next_action.trigger()
    assert stage.window.question is None


def test_a_text_call_gives_the_room_to_the_chat(call: StageSet, app: QApplication):
    before = call.window.screen_of_call.chat.width()
    call.conversation.show(mode=Mode.TEXT)
    app.processEvents()

    assert call.window.screen_of_call.chat.width() > before
    assert not call.window.screen_of_call.controls.camera.isVisible()


def test_auto_next_and_volume_are_kept(call: StageSet):
    controls = call.window.screen_of_call.controls
    controls.auto_next.click()
    call.call.set_volume(0.0)

    assert call.store.value.auto_next
    assert call.store.value.volume == 0.0


def test_closing_the_window_asks_to_quit(stage: StageSet):
    closed: list[None] = []
    stage.window.closed.connect(lambda: closed.append(None))
    stage.window.close()

    assert len(closed) == 1


def test_there_is_nobody_to_block_while_nobody_is_there(stage: StageSet):
    stage.welcome.enter()
    block = stage.window.screen_of_call.controls.block
    assert not block.isEnabled()
    stage.conversation.talk()

    assert block.isEnabled()


def test_without_a_working_camera_there_is_no_empty_self_view(call: StageSet):
    small = call.window.screen_of_call.stage.self_view
    assert small.isVisible()
    call.equipment.show(DeviceKind.CAMERA, opened=None, problem=DeviceProblem.GONE)
    assert not small.isVisible()
    call.equipment.show(DeviceKind.CAMERA, problem=None)
    assert small.isVisible()
    call.call.set_camera_on(False)

    assert not small.isVisible()


def test_the_reason_stays_while_the_next_stranger_is_searched_by_itself(call: StageSet):
    call.conversation.next()
    call.conversation.show(ending=Ending.LEFT)

    assert "The stranger left." in call.window.screen_of_call.stage.all_words


def test_a_device_that_does_not_work_looks_off_and_its_button_says_why(call: StageSet):
    camera = call.window.screen_of_call.controls.camera
    assert not camera.property("off")
    call.equipment.show(DeviceKind.CAMERA, opened=None, problem=DeviceProblem.NONE_FOUND)
    assert camera.property("off")
    assert camera.toolTip() == "No camera was found.\nSwitch the camera off"
    call.equipment.show(DeviceKind.CAMERA, problem=None)

    assert not camera.property("off")
    assert camera.toolTip() == "Switch the camera off"


def test_a_button_is_not_highlighted_after_its_popup_has_closed(call: StageSet, app: QApplication):
    controls = call.window.screen_of_call.controls
    QCursor.setPos(controls.settings.mapToGlobal(QPoint(3, 3)))
    for button in (controls.volume, controls.choices):
        button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    controls.volume.click()
    popup = QApplication.activePopupWidget()
    assert popup is not None
    popup.close()
    menu = controls.choices.menu()
    menu.popup(QPoint(0, 0))
    menu.close()
    app.processEvents()

    assert not controls.volume.underMouse()
    assert not controls.choices.underMouse()


def test_a_long_search_says_quietly_why_nobody_may_be_found(stage: StageSet):
    stage.call.set_mode(Mode.TEXT)
    stage.welcome.enter()
    stage.conversation.next()
    stage.conversation.now += 14
    stage.call.second_passed.emit()
    words = stage.window.screen_of_call.stage
    assert words.all_words == "Looking for someone… 14 s"
    stage.conversation.now += 1
    stage.call.second_passed.emit()
    assert words.all_words == (
        "Looking for someone… 15 s 12 people online · "
        "Nobody in text mode fits right now. You do not meet those in video or voice mode."
    )
    stage.conversation.show(online=1)

    assert words.all_words.endswith("You are the only one online right now.")


def test_an_unencrypted_server_can_be_accepted_where_it_was_refused(make_stage):
    server = Server("ws://plain.example.org:8765")
    stage = make_stage(**{**SETTLED, "servers": (server,), "server": server.url})
    stage.conversation.show(link=Link.REFUSED, link_problem=LinkProblem.PLAIN_REFUSED)
    lobby = stage.window.page
    assert lobby.accept_plain.isVisible()
    stage.welcome.enter()
    header = stage.window.screen_of_call.header
    assert "not encrypted" in header.server_text
    assert not header.try_now.isVisible()
    header.accept_plain.click()
    question = stage.window.question
    assert question is not None
    assert stage.store.value.server_in_use == server
    assert question.no.isDefault()
    question.yes.click()

    assert stage.store.value.server_in_use.plain_accepted
    assert stage.conversation.situation.link is Link.ONLINE


def test_a_server_that_refuses_is_not_said_to_be_connecting(stage: StageSet):
    stage.welcome.enter()
    screen = stage.window.screen_of_call
    stage.conversation.show(
        link=Link.REFUSED, link_problem=LinkProblem.BANNED, ban=Ban("harassment", until=2e9)
    )
    refused = "The server did not let you in."
    assert screen.stage.all_words == refused
    stage.conversation.next()
    assert screen.stage.words == refused
    assert screen.header.server_text.startswith("You are banned")
    stage.conversation.show(link_problem=LinkProblem.TAKEN_OVER, ban=None)

    assert screen.stage.words == "There is no connection to the server."


def test_a_call_that_a_ban_ended_is_not_said_to_be_lost(call: StageSet):
    call.conversation.show(link=Link.REFUSED, link_problem=LinkProblem.BANNED, ban=Ban("spam"))
    call.conversation.end(Ending.BANNED)

    words = call.window.screen_of_call.stage.all_words
    assert words == "The server has ended the call."


def test_there_is_nothing_to_accept_where_the_server_is_lost(call: StageSet):
    call.conversation.show(link=Link.WAITING, link_problem=LinkProblem.LOST)

    assert not call.window.screen_of_call.header.accept_plain.isVisible()


def test_a_button_is_not_highlighted_behind_the_question_it_asked(
    call: StageSet, app: QApplication
):
    block = call.window.screen_of_call.controls.block
    block.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    block.click()
    question = call.window.question
    assert question is not None
    question.activateWindow()
    app.processEvents()

    assert not block.underMouse()


def test_a_veiled_stranger_is_unveiled_by_one_click_or_one_key(call: StageSet):
    stage = call.window.screen_of_call.stage
    call.pictures[Stream.STRANGER].send(np.zeros((90, 160, 4), dtype=np.uint8), "call-1")
    stage.grab()
    QApplication.processEvents()
    assert stage.unveil.isHidden()
    call.store.change(veil_strangers=True)
    assert call.blurs == [(Stream.STRANGER, True)]
    assert not stage.unveil.isHidden()
    assert "F8" in stage.unveil.text()
    stage.unveil.click()
    assert call.blurs[-1] == (Stream.STRANGER, False)
    assert stage.unveil.isHidden()
    call.conversation.next()
    assert call.blurs[-1] == (Stream.STRANGER, True)
    call.conversation.meet()
    call.conversation.connect()
    call.window.unveil_action.trigger()

    assert call.blurs[-1] == (Stream.STRANGER, False)


@pytest.mark.parametrize("width", [640, 720])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_word_is_cut_off_in_a_small_window_with_texts(
    call: StageSet, app: QApplication, language: str, width: int
):
    screen = call.window.screen_of_call
    call.store.change(language=language)
    apply_language(app, language)
    call.window.resize(width, 480)
    app.processEvents()
    if screen.chat.isHidden():
        screen.header.chat_toggled.emit()
    app.processEvents()

    assert screen.chat.isVisible()
    for button in (screen.controls.stop, screen.controls.next):
        assert button.width() >= button.sizeHint().width()


def test_no_wait_is_promised_while_the_server_is_away(stage: StageSet):
    stage.welcome.enter()
    stage.conversation.next()
    stage.conversation.show(likely_wait_s=2.0)
    assert "2 s" in stage.window.screen_of_call.stage.all_words
    stage.conversation.show(link=Link.WAITING, link_problem=LinkProblem.UNREACHABLE)

    assert "2 s" not in stage.window.screen_of_call.stage.all_words
