"""Pictures: the newest one is painted once told, and no slot is held too long."""

import numpy as np
from PySide6.QtCore import QDeadlineTimer, QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.engine_messages import SLOTS_PER_STREAM, Stream
from tests.desktop_app.ui.stage_set import StageSet


def plain(width: int, height: int, blue: int, green: int, red: int) -> np.ndarray:
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[:] = (blue, green, red, 255)
    return pixels


def view_of(stage: StageSet, stream: Stream) -> tuple[int, int, bool]:
    _, width, height, fill = [view for view in stage.views if view[0] is stream][-1]
    return width, height, fill


def test_the_engine_is_told_the_size_of_the_stage_in_pixels(call: StageSet):
    shown = call.window.screen_of_call.stage

    assert view_of(call, Stream.STRANGER) == (*shown.pixel_size, False)


def test_a_hidden_view_wants_no_pictures(call: StageSet, app: QApplication):
    call.window.hide()
    app.processEvents()

    assert view_of(call, Stream.STRANGER) == (0, 0, False)


def test_a_picture_is_painted_and_told_once(call: StageSet, app: QApplication):
    painted: list[str] = []
    pictures = call.pictures[Stream.STRANGER]
    pictures.feed.painted.connect(lambda shown: painted.append(shown.picture.call))
    stage = call.window.screen_of_call.stage
    pictures.send(plain(*stage.pixel_size, 10, 200, 30), call="call-1")
    app.processEvents()
    stage.repaint()

    middle = stage.grab().toImage().pixelColor(stage.rect().center())
    assert (middle.red(), middle.green(), middle.blue()) == (30, 200, 10)
    assert painted == ["call-1"]


def test_slots_go_back_while_pictures_come(call: StageSet, app: QApplication):
    pictures = call.pictures[Stream.STRANGER]
    for green in range(20):
        pictures.send(plain(64, 36, 0, green, 0))
        if green % 3 == 0:
            app.processEvents()
    assert len(pictures.free) >= SLOTS_PER_STREAM - 2
    pictures.feed.clear()
    app.processEvents()

    assert sorted(pictures.free) == [0, 1, 2]


def test_a_cleared_picture_gives_way_to_words(call: StageSet, app: QApplication):
    stage = call.window.screen_of_call.stage
    assert stage.words == "Waiting for the picture…"
    call.pictures[Stream.STRANGER].send(plain(640, 360, 1, 2, 3))
    app.processEvents()
    app.processEvents()
    assert stage.words == ""
    call.conversation.show_stranger(camera_on=False)
    call.pictures[Stream.STRANGER].feed.clear()
    app.processEvents()
    app.processEvents()

    assert stage.words == "The stranger's camera is off"


def test_a_portrait_picture_is_fitted_not_cropped(call: StageSet, app: QApplication):
    stage = call.window.screen_of_call.stage
    call.pictures[Stream.STRANGER].send(plain(90, 160, 0, 0, 255))
    app.processEvents()
    shown = stage.grab().toImage()

    assert shown.pixelColor(stage.width() // 2, 3).red() == 255
    assert shown.pixelColor(40, stage.height() // 2).red() < 100


def test_bars_are_round_at_the_corners_of_the_view(call: StageSet, app: QApplication):
    stage = call.window.screen_of_call.stage
    around = stage.grab().toImage().pixelColor(0, 0)
    for width, height, bar in ((90, 160, (20, stage.height() // 2)), (900, 90, (200, 20))):
        call.pictures[Stream.STRANGER].send(plain(width, height, 0, 0, 255))
        app.processEvents()
        shown = stage.grab().toImage()
        beside = shown.pixelColor(*bar)

        assert beside.red() < 100
        assert shown.pixelColor(stage.rect().center()).red() == 255
        for x, y in ((0, 0), (stage.width() - 1, stage.height() - 1)):
            assert shown.pixelColor(x, y) == around != beside


def test_the_self_view_is_painted_where_no_stranger_is_seen(call: StageSet, app: QApplication):
    painted: list[int] = []
    own = call.pictures[Stream.SELF]
    own.feed.painted.connect(lambda shown: painted.append(shown.picture.number))
    own.send(plain(160, 90, 0, 120, 0))

    deadline = QDeadlineTimer(5_000)
    while not painted and not deadline.hasExpired():
        app.processEvents()
    assert painted


def test_the_self_view_is_painted_with_the_strangers_picture(call: StageSet, app: QApplication):
    painted: list[int] = []
    own = call.pictures[Stream.SELF]
    own.feed.painted.connect(lambda shown: painted.append(shown.picture.number))
    waiting = call.window.screen_of_call.stage.self_view.findChild(QTimer)
    assert waiting is not None
    waiting.setInterval(3_600_000)
    own.send(plain(160, 90, 0, 120, 0))
    call.pictures[Stream.STRANGER].send(plain(640, 360, 1, 2, 3))
    app.processEvents()

    assert painted
    assert not waiting.isActive()


def test_the_self_view_goes_to_the_corner_it_is_dropped_near(call: StageSet, app: QApplication):
    small = call.window.screen_of_call.stage.self_view
    assert small.isVisible()
    assert small.corner is Qt.Corner.TopLeftCorner
    start = QPoint(20, 20)
    QTest.mousePress(small, Qt.MouseButton.LeftButton, pos=start)
    stage = call.window.screen_of_call.stage
    goal = small.mapFrom(stage, QPoint(stage.width() - 60, stage.height() - 60))
    QTest.mouseMove(small, goal)
    small.move(stage.width() - small.width() - 40, stage.height() - small.height() - 40)
    QTest.mouseRelease(small, Qt.MouseButton.LeftButton, pos=start)

    assert small.corner is Qt.Corner.BottomRightCorner
    assert stage.rect().contains(small.geometry())


def test_the_self_view_can_be_hidden_and_shown_again(call: StageSet, app: QApplication):
    stage = call.window.screen_of_call.stage
    stage.self_view.hide_asked.emit()
    assert not stage.self_view.isVisible()
    assert view_of(call, Stream.SELF)[:2] == (0, 0)
    stage.show_self.click()

    assert stage.self_view.isVisible()


def test_the_own_picture_goes_at_the_size_of_the_largest_view(call: StageSet, app: QApplication):
    call.window.screen_of_call.settings_asked.emit()
    app.processEvents()
    dialog = call.window.settings_dialog
    assert dialog is not None
    assert view_of(call, Stream.SELF) == (*dialog.devices.preview.pixel_size, False)
    dialog.close()
    small = call.window.screen_of_call.stage.self_view

    assert view_of(call, Stream.SELF) == (*small.pixel_size, True)


def test_one_picture_of_oneself_serves_two_views(call: StageSet, app: QApplication):
    call.window.screen_of_call.settings_asked.emit()
    app.processEvents()
    pictures = call.pictures[Stream.SELF]
    for _ in range(10):
        pictures.send(plain(160, 90, 0, 120, 0))
        app.processEvents()

    assert len(pictures.free) == SLOTS_PER_STREAM - 1


def test_the_buttons_over_the_picture_go_while_the_mouse_rests(call: StageSet, app: QApplication):
    stage = call.window.screen_of_call.stage
    call.store.change(self_view_shown=False)
    call.pictures[Stream.STRANGER].send(plain(640, 360, 1, 2, 3))
    app.processEvents()
    app.processEvents()
    assert not stage.show_self.isVisible()
    spot = QPointF(200, 300)
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove, spot, spot, none, none, Qt.KeyboardModifier.NoModifier
    )
    app.sendEvent(stage, moved)

    assert stage.show_self.isVisible()
