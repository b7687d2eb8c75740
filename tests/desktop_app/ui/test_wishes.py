"""Whom to meet: interests as tags with suggestions, languages, and pools."""

import pytest
from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop_app.ui.settings.wishes_page import WishesPage
from signaling_server.protocol import limits
from signaling_server.protocol.messages import InterestsSuggest, InterestsSuggested, Pool, Scope
from tests.desktop_app.ui.stage_set import StageSet


@pytest.fixture
def page(call: StageSet, app: QApplication) -> WishesPage:
    call.window.screen_of_call.wishes_asked.emit()
    dialog = call.window.settings_dialog
    assert dialog is not None
    app.processEvents()
    return dialog.wishes


def type_interest(page: WishesPage, text: str) -> None:
    page.interest.setText(text)
    QTest.keyClick(page.interest, Qt.Key.Key_Return)


def test_an_interest_becomes_a_tag_and_leaves_again(call: StageSet, page: WishesPage):
    type_interest(page, "  Street   photography ")
    type_interest(page, "chess")
    assert call.store.value.interests == ("Street photography", "chess")
    assert page.interest.text() == ""

    page.interests.buttons["chess"].click()
    assert call.store.value.interests == ("Street photography",)


def test_a_comma_ends_an_interest(call: StageSet, page: WishesPage):
    QTest.keyClicks(page.interest, "chess,tea")
    assert call.store.value.interests == ("chess",)
    assert page.interest.text() == "tea"
    page.interest.clear()
    type_interest(page, "Jazz, climbing,, ")

    assert call.store.value.interests == ("chess", "Jazz", "climbing")
    assert page.interest.text() == ""


def test_an_interest_is_shown_letter_by_letter(call: StageSet, page: WishesPage):
    for interest in ("R&B", "<b>bold</b>"):
        type_interest(page, interest)
    plain, tagged = page.interests.buttons.values()

    assert plain.text() == "R&&B"
    assert plain.shortcut().isEmpty()
    assert plain.toolTip() == "Remove R&B"
    shown = QTextDocumentFragment.fromHtml(tagged.toolTip()).toPlainText()
    assert shown == "Remove <b>bold</b>"


def test_what_takes_a_tag_off_is_said_in_the_language(
    call: StageSet, page: WishesPage, app: QApplication
):
    type_interest(page, "chess")
    call.settings.set_language("fr")
    app.processEvents()

    button = page.interests.buttons["chess"]
    assert (button.toolTip(), button.accessibleName()) == ("Retirer chess", "Retirer chess")


def test_the_same_word_in_another_spelling_stays_in_the_entry(call: StageSet, page: WishesPage):
    type_interest(page, "Café")
    type_interest(page, "CAFE")

    assert call.store.value.interests == ("Café",)
    assert page.interest.text() == "CAFE"


def test_ten_interests_are_enough(call: StageSet, page: WishesPage):
    for number in range(limits.INTERESTS_MAX):
        type_interest(page, f"interest {number}")

    assert not page.interest.isEnabled()
    page.interests.buttons["interest 0"].click()
    assert page.interest.isEnabled()


def test_what_is_typed_is_completed_from_what_others_use(
    call: StageSet, page: WishesPage, app: QApplication
):
    page.interest.setFocus()
    QTest.keyClicks(page.interest, "ch")
    asked = InterestsSuggest(prefix="ch")
    deadline = QDeadlineTimer(5_000)
    while asked not in call.conversation.sent and not deadline.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    assert asked in call.conversation.sent

    suggested = call.conversation.wishes.suggested
    suggested.emit(InterestsSuggested(prefix="c", interests=["cats"]))
    assert page.suggestions == []
    suggested.emit(InterestsSuggested(prefix="ch", interests=["chess", "chemistry"]))
    assert page.suggestions == ["chess", "chemistry"]


def is_asked(call: StageSet, app: QApplication, asked: InterestsSuggest) -> bool:
    deadline = QDeadlineTimer(5_000)
    while asked not in call.conversation.sent and not deadline.hasExpired():
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    return asked in call.conversation.sent


def test_only_words_of_the_chosen_pool_are_asked_for(
    call: StageSet, page: WishesPage, app: QApplication
):
    call.conversation.show(pools=(Pool("main"), Pool("owls", "Night owls")))
    page.pool.activated.emit(page.pool.findData("owls"))
    page.interest.setFocus()
    QTest.keyClicks(page.interest, "ch")

    assert is_asked(call, app, InterestsSuggest(prefix="ch", pool="owls"))


def test_suggestions_of_another_pool_are_not_shown(
    call: StageSet, page: WishesPage, app: QApplication
):
    call.conversation.show(pools=(Pool("main"), Pool("owls", "Night owls")))
    QTest.keyClicks(page.interest, "ch")
    suggested = call.conversation.wishes.suggested
    suggested.emit(InterestsSuggested("ch", ["chess"], "main"))
    assert page.suggestions == ["chess"]

    page.pool.activated.emit(page.pool.findData("owls"))
    assert page.suggestions == []
    suggested.emit(InterestsSuggested("ch", ["chess"], "main"))
    assert page.suggestions == []
    assert is_asked(call, app, InterestsSuggest(prefix="ch", pool="owls"))
    suggested.emit(InterestsSuggested("ch", ["chasing"], "owls"))
    assert page.suggestions == ["chasing"]


def test_the_rules_are_those_of_the_chosen_pool(call: StageSet, page: WishesPage):
    pools = (Pool("main", rules="Be kind."), Pool("owls", "Night owls", "Whisper."))
    call.conversation.show(pools=pools)
    assert page.rules == "Be kind."

    page.pool.activated.emit(page.pool.findData("owls"))

    assert page.rules == "Whisper."


def test_languages_are_named_in_their_own_words(call: StageSet, page: WishesPage):
    page.language.setCurrentIndex(page.language.findData("fr"))
    page.language.activated.emit(page.language.currentIndex())

    assert call.store.value.languages == ("fr",)
    assert page.languages.buttons["fr"].text() == "Français"
    assert page.language.currentIndex() == 0
    page.languages.buttons["fr"].click()
    assert call.store.value.languages == ()


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_E])
def test_the_keyboard_looks_through_the_languages_before_it_takes_one(
    call: StageSet, page: WishesPage, key: Qt.Key
):
    page.language.setFocus()
    QTest.keyClick(page.language, key)
    assert call.store.value.languages == ()
    assert page.language.view().isVisible()

    page.language.view().keyboardSearch("nglish" if key is Qt.Key.Key_E else "english")
    QTest.keyClick(page.language.view(), Qt.Key.Key_Return)

    assert call.store.value.languages == ("en",)


def test_how_much_interests_count_can_be_chosen(call: StageSet, page: WishesPage):
    assert not page.scope.isEnabled()
    type_interest(page, "chess")
    page.scope.activated.emit(page.scope.findData(Scope.ONLY))

    assert call.store.value.scope is Scope.ONLY


def test_a_pool_is_chosen_where_there_are_several(call: StageSet, page: WishesPage):
    assert page.pool.isHidden()
    pools = (Pool("all", "Everybody"), Pool("film", "Film club", "No spoilers."))
    call.conversation.show(pools=pools)
    assert not page.pool.isHidden()
    page.pool.activated.emit(page.pool.findData("film"))

    server = call.store.value.server_in_use
    assert server is not None
    assert server.pool == "film"


def test_words_without_an_end_make_the_page_no_wider(
    call: StageSet, page: WishesPage, app: QApplication
):
    pools = (Pool("main", "t" * 200, "r" * 2_000), Pool("owls", "Night owls"))
    call.conversation.show(pools=pools)
    app.processEvents()

    assert page.pool.isVisible()
    assert page.rules.replace("\u200b", "") == "r" * 2_000
    assert page.column.width() <= page.viewport().width()


def test_what_the_two_share_stands_above_the_chat(call: StageSet):
    call.conversation.stop()
    call.conversation.talk(shared_interests=("chess", "tea"), shared_languages=("fr",))

    notice = call.window.screen_of_call.chat.lines.notice
    assert notice.endswith("You share: chess, tea. You both speak: Français.")
