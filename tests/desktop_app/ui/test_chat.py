"""The chat: bubbles, links, limits, typing."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget

from desktop_app.session.situation import TranscriptLine
from desktop_app.ui.chat.bubble import LINES_MAX, Bubble
from desktop_app.ui.chat.link_dialog import LinkDialog
from desktop_app.ui.chat.links import find_links
from desktop_app.ui.chat.transcript_view import LINES_SHOWN_MAX
from desktop_app.ui.parts.address_field import shown_address
from signaling_server.protocol.channel import TEXT_MAX_CHARACTERS
from tests.desktop_app.ui.stage_set import StageSet

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def bubble(text: str, width: int = 300) -> Bubble:
    made = Bubble(TranscriptLine(call="call", number=0, mine=False, text=text))
    made.fit(width)
    return made


def click(widget: QWidget, spot: QPointF) -> None:
    left = Qt.MouseButton.LeftButton
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        QApplication.sendEvent(
            widget, QMouseEvent(kind, spot, spot, left, left, Qt.KeyboardModifier.NoModifier)
        )


def press(app: QApplication, key: Qt.Key) -> QWidget:
    """Press a key wherever the focus is, and return where it is then."""
    QTest.keyClick(app.focusWidget(), key)
    return app.focusWidget()


def test_a_short_line_takes_no_more_room_than_it_needs(app: QApplication):
    assert bubble("hi").width() < bubble("hi, where are you from?").width() < 300


def test_a_long_line_uses_the_whole_width_and_grows_downwards(app: QApplication):
    short, long = bubble("hello " * 3), bubble("hello " * 60)

    assert 250 < long.width() <= 300
    assert long.height() > 4 * short.height()


def test_a_word_without_end_is_broken(app: QApplication):
    assert bubble("x" * 2_000).width() <= 300


def test_a_text_of_many_lines_is_folded_until_the_rest_is_wanted(app: QApplication):
    lines = [str(number) for number in range(600)]
    longest = bubble("\n".join(lines[:LINES_MAX]))
    folded, other = (bubble("\n".join(lines)) for _ in range(2))
    line = longest.height() / LINES_MAX
    assert longest.height() < folded.height() < longest.height() + 2 * line
    assert folded.line.text.endswith("599")

    click(folded, QPointF(20, folded.height() - 14))
    QTest.keyClick(other, Qt.Key.Key_Return)

    assert folded.height() == other.height() > 500 * line


def test_a_bubble_follows_the_width_of_the_panel(app: QApplication):
    made = bubble("hello " * 30, width=400)
    before = made.height()
    made.fit(200)

    assert made.width() <= 200
    assert made.height() > before


def test_text_is_never_markup(call: StageSet):
    call.conversation.hear("<b>bold</b> <a href='https://example.org'>x</a> &amp;")
    shown = call.window.screen_of_call.chat.lines.bubbles[-1]

    assert shown.accessibleName() == "<b>bold</b> <a href='https://example.org'>x</a> &amp;"
    labels = call.window.findChildren(QLabel)
    assert {label.textFormat() for label in labels if label.text()} == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.org/a?b=c.", ["https://example.org/a?b=c"]),
        (
            "(http://example.org) and HTTPS://EXAMPLE.ORG/X",
            ["http://example.org", "https://example.org/X"],
        ),
        ("javascript:alert(1) file:///etc/passwd ftp://example.org data:text/html,x", []),
        ("https:// https://? http:///x", []),
        ("🌧️ https://example.org", ["https://example.org"]),
    ],
)
def test_only_web_addresses_are_links(text, found):
    assert [link.url.toString() for link in find_links(text)] == found


def test_a_link_is_placed_right_after_an_emoji():
    (link,) = find_links("🌧 https://a.org")

    assert (link.start, link.end) == (3, 16)


def test_an_address_is_shown_in_letters_that_cannot_deceive():
    assert (
        shown_address(QUrl("https://\u0430pple.com/päth")) == "https://xn--pple-43d.com/p%C3%A4th"
    )


def test_a_clicked_link_asks_first_and_shows_the_whole_address(call: StageSet, monkeypatch):
    opened: list[QUrl] = []
    monkeypatch.setattr("desktop_app.ui.chat.link_dialog.QDesktopServices.openUrl", opened.append)
    address = "https://example.org/" + "a" * 300
    call.conversation.hear(address)
    shown = call.window.screen_of_call.chat.lines.bubbles[-1]
    click(shown, QPointF(20, 14))
    (dialog,) = call.window.findChildren(LinkDialog)

    assert dialog.address.toPlainText() == address
    assert opened == []
    dialog.yes.click()
    assert opened == [QUrl(address)]


def test_a_delivered_line_is_marked(call: StageSet):
    call.conversation.say("hello")
    (shown,) = call.window.screen_of_call.chat.lines.bubbles
    assert not shown.line.delivered
    call.conversation.deliver(0)

    assert shown.line.delivered


def test_typing_is_shown_and_goes_away(call: StageSet):
    panel = call.window.screen_of_call.chat
    call.conversation.show_stranger(typing=True)
    assert panel.typing.text() == "The stranger is typing…"
    call.conversation.show_stranger(typing=False)

    assert panel.typing.text() == ""


def test_the_stranger_is_told_that_one_types_once(call: StageSet):
    entry = call.window.screen_of_call.chat.entry
    QTest.keyClicks(entry, "hello")
    assert call.conversation.typing == [True]
    entry.clear()

    assert call.conversation.typing == [True, False]


def test_the_counter_comes_near_the_limit_and_too_long_a_text_stays(call: StageSet):
    panel = call.window.screen_of_call.chat
    panel.entry.setPlainText("x" * 1_000)
    assert panel.counter.text() == ""
    panel.entry.setPlainText("x" * (TEXT_MAX_CHARACTERS + 1))

    assert panel.counter.text() == f"{TEXT_MAX_CHARACTERS + 1} / {TEXT_MAX_CHARACTERS}"
    assert not panel.send.isEnabled()
    QTest.keyClick(panel.entry, Qt.Key.Key_Return)
    assert call.conversation.transcript == ()
    assert len(panel.entry.toPlainText()) == TEXT_MAX_CHARACTERS + 1


def test_nothing_can_be_sent_when_nobody_is_there(stage: StageSet):
    stage.welcome.enter()
    panel = stage.window.screen_of_call.chat
    panel.entry.setPlainText("anybody?")

    QTest.keyClick(panel.entry, Qt.Key.Key_Return)

    assert not panel.send.isEnabled()
    assert panel.entry.toPlainText() == "anybody?"


def test_the_next_stranger_finds_an_empty_chat(call: StageSet):
    call.conversation.hear("hello")
    call.conversation.next()
    call.conversation.meet()

    assert call.window.screen_of_call.chat.lines.bubbles == ()


def test_a_flood_keeps_the_newest_lines(call: StageSet):
    for number in range(LINES_SHOWN_MAX + 20):
        call.conversation.hear(f"line {number}")
    shown = call.window.screen_of_call.chat.lines.bubbles

    assert len(shown) == LINES_SHOWN_MAX
    assert shown[-1].line.text == f"line {LINES_SHOWN_MAX + 19}"


def test_a_small_window_hides_the_chat_until_asked_and_marks_what_is_unread(
    call: StageSet, app: QApplication
):
    screen = call.window.screen_of_call
    call.window.resize(720, 480)
    app.processEvents()
    assert not screen.chat.isVisible()

    screen.header.chat_toggled.emit()

    assert screen.chat.isVisible()


def test_enter_says_that_a_message_is_too_long_until_it_fits(call: StageSet):
    panel = call.window.screen_of_call.chat
    panel.entry.setPlainText("x" * (TEXT_MAX_CHARACTERS + 2))
    assert not panel.too_long.isVisible()
    QTest.keyClick(panel.entry, Qt.Key.Key_Return)
    assert panel.too_long.isVisible()
    assert panel.too_long.text() == "Too long to send: 2002 of 2000 characters."
    QTest.keyClick(panel.entry, Qt.Key.Key_Delete)
    assert panel.too_long.text() == "Too long to send: 2001 of 2000 characters."
    QTest.keyClick(panel.entry, Qt.Key.Key_Delete)

    assert not panel.too_long.isVisible()
    assert panel.counter.text() == "2000 / 2000"


def test_what_was_written_for_one_stranger_is_gone_for_the_next(call: StageSet):
    entry = call.window.screen_of_call.chat.entry
    entry.setPlainText("a secret for the first")
    call.conversation.show(media_silent=True)
    call.conversation.show(media_silent=False)
    assert entry.toPlainText() == "a secret for the first"
    call.conversation.next()
    call.conversation.meet()

    assert entry.toPlainText() == ""


def test_the_focus_comes_back_to_the_entry_when_there_is_room_again(
    call: StageSet, app: QApplication
):
    call.window.screen_of_call.chat.entry.setFocus()
    for width in (700, 1240):
        call.window.resize(width, 700)
        app.processEvents()
        assert call.window.screen_of_call.chat.isVisible() == (width > 860)

    assert call.window.focusWidget() is call.window.screen_of_call.chat.entry


def test_the_focus_stays_where_it_was_put_while_the_chat_was_hidden(
    call: StageSet, app: QApplication
):
    stop = call.window.screen_of_call.controls.stop
    call.window.resize(700, 700)
    app.processEvents()
    stop.setFocus()
    call.window.resize(1240, 700)
    app.processEvents()

    assert call.window.focusWidget() is stop


def test_lines_that_came_while_the_texts_were_hidden_fit_once_they_are_shown(
    stage: StageSet, app: QApplication
):
    stage.window.resize(720, 480)
    app.processEvents()
    stage.welcome.enter()
    stage.conversation.talk()
    app.processEvents()
    screen = stage.window.screen_of_call
    assert screen.chat.isHidden()
    text = "hello there, how are you today? https://example.org/abcdefghijkl"
    for mine in (True, False):
        stage.conversation.line_added.emit(TranscriptLine("call-1", 1, mine, text))
    screen.header.chat_toggled.emit()
    app.processEvents()

    lines = screen.chat.lines
    assert len(lines.bubbles) == 2
    for bubble in lines.bubbles:
        assert 0 <= bubble.geometry().left() < bubble.geometry().right() < lines.viewport().width()


def test_lines_with_links_lie_before_the_entry_and_are_opened_with_the_keys(
    call: StageSet, app: QApplication
):
    panel = call.window.screen_of_call.chat
    call.conversation.hear("http://a.org and http://b.org")
    call.conversation.say("no link")
    call.conversation.hear("http://c.org")
    first, _, last = panel.lines.bubbles
    app.processEvents()
    panel.entry.setFocus()
    assert press(app, Qt.Key.Key_Backtab) is last
    assert press(app, Qt.Key.Key_Backtab) is first
    assert press(app, Qt.Key.Key_Backtab) is panel.lines
    assert press(app, Qt.Key.Key_Tab) is first
    asked: list[QUrl] = []
    panel.lines.link_clicked.connect(asked.append)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(first, key)

    assert asked == [QUrl("http://a.org"), QUrl("http://b.org")]
    assert len(call.window.findChildren(LinkDialog)) == 2


def test_older_lines_are_reached_with_the_keys(call: StageSet, app: QApplication):
    panel = call.window.screen_of_call.chat
    lines = panel.lines
    call.conversation.hear("http://a.org")
    for number in range(60):
        call.conversation.hear(f"line {number}")
    for _ in range(2):  # The bar follows the lines in the next turn.
        app.processEvents()
    bar = lines.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    lines.setFocus()
    QTest.keyClick(lines, Qt.Key.Key_PageUp)
    assert bar.value() < bar.maximum()

    panel.entry.setFocus()
    assert press(app, Qt.Key.Key_Backtab) is lines.bubbles[0]
    assert bar.value() < lines.viewport().height()


def test_a_line_is_copied_from_the_menu_key(call: StageSet, app: QApplication):
    call.conversation.hear("see http://a.org")
    (shown,) = call.window.screen_of_call.chat.lines.bubbles
    app.processEvents()
    shown.setFocus()
    middle = shown.rect().center()
    reason = QContextMenuEvent.Reason.Keyboard
    app.sendEvent(shown, QContextMenuEvent(reason, middle, shown.mapToGlobal(middle)))
    menu = shown.findChild(QMenu)
    assert menu is not None and menu.isVisible()
    menu.actions()[0].trigger()
    menu.close()

    assert QApplication.clipboard().text() == "see http://a.org"


def test_whoever_types_on_a_line_writes(call: StageSet, app: QApplication):
    panel = call.window.screen_of_call.chat
    call.conversation.hear("http://a.org")
    app.processEvents()
    panel.lines.bubbles[0].setFocus()
    QTest.keyClicks(app.focusWidget(), "hello")
    panel.lines.bubbles[0].setFocus()
    QTest.keyClicks(app.focusWidget(), "@", CONTROL | ALT)
    panel.lines.bubbles[0].setFocus()
    QTest.keyClicks(app.focusWidget(), "x", CONTROL)
    assert app.focusWidget() is panel.lines.bubbles[0]
    panel.entry.setFocus()

    assert panel.entry.toPlainText() == "hello@"
    assert app.focusWidget() is panel.entry


def test_a_click_on_the_lines_leaves_the_focus_in_the_entry(call: StageSet, app: QApplication):
    panel = call.window.screen_of_call.chat
    call.conversation.hear("http://a.org is here")
    app.processEvents()
    panel.entry.setFocus()
    for widget in (panel.lines.viewport(), panel.lines.bubbles[0]):
        QTest.mouseClick(widget, Qt.MouseButton.RightButton)
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=widget.rect().bottomRight())

    assert app.focusWidget() is panel.entry


def test_the_focus_stays_in_the_chat_when_its_line_goes(call: StageSet, app: QApplication):
    panel = call.window.screen_of_call.chat
    call.conversation.hear("http://a.org")
    app.processEvents()
    panel.lines.bubbles[0].setFocus()
    call.conversation.next()
    call.conversation.meet()
    app.processEvents()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert app.focusWidget() is panel.lines
