"""What the call presenter adds to the conversation: seconds, typing, and quiet after close."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from desktop_app.presenters.call import SHOW_AFTER_MS, CallPresenter
from desktop_app.session.phases import Phase
from desktop_app.session.situation import Link
from desktop_app.session.veil import Veil
from desktop_app.settings.model import Server
from desktop_app.settings.store import SettingsStore
from tests.desktop_app.fakes import FakeConversation, FakeEquipment

DEADLINE_MS = 5_000


@pytest.fixture
def conversation(tmp_path: Path) -> FakeConversation:
    store = SettingsStore(tmp_path / "settings.json")
    store.change(servers=(Server("ws://localhost", direct_accepted=True),), server="ws://localhost")
    return FakeConversation(store)


@pytest.fixture
def presenter(conversation: FakeConversation, application: QApplication) -> CallPresenter:
    store = conversation._store
    made = CallPresenter(
        conversation,  # type: ignore[arg-type]
        FakeEquipment(store),  # type: ignore[arg-type]
        store,
        lambda *view: None,
        Veil(lambda *blur: None, store),
        clock=lambda: conversation.now,
    )
    yield made
    made.close()


def running(presenter: CallPresenter) -> int:
    return sum(timer.isActive() for timer in presenter.findChildren(QTimer))


def test_no_timer_runs_while_nothing_counts(presenter, conversation):
    assert running(presenter) == 0
    conversation.next()
    assert running(presenter) == 1
    conversation.meet()
    conversation.connect()

    assert running(presenter) == 0


def test_seconds_are_whole_and_never_negative(presenter, conversation):
    conversation.next()
    conversation.now += 2.9
    assert presenter.seconds_in_phase == 2
    conversation.now -= 10

    assert presenter.seconds_in_phase == 0


def test_the_wait_for_the_server_is_rounded_up(presenter, conversation):
    assert presenter.seconds_to_retry is None
    conversation.show(link=Link.WAITING, retry_at=conversation.now + 4.1)
    assert presenter.seconds_to_retry == 5
    conversation.now += 60

    assert presenter.seconds_to_retry == 0


def test_typing_is_told_when_it_begins_and_ends_with_the_line(presenter, conversation):
    conversation.talk()
    presenter.note_typing("h")
    presenter.note_typing("he")
    assert presenter.say("he")
    presenter.note_typing("")
    presenter.note_typing("x")

    assert conversation.typing == [True, True]


def test_agreeing_to_direct_calls_begins_the_search(presenter, conversation):
    conversation._store.change(servers=(Server("ws://localhost"),))
    asked: list[None] = []
    presenter.consent_needed.connect(lambda: asked.append(None))
    presenter.go_next()
    assert len(asked) == 1
    presenter.accept_direct()

    assert conversation.situation.phase is Phase.SEARCHING


def test_nothing_is_emitted_after_close(presenter, conversation):
    heard: list[object] = []
    presenter.situation_changed.connect(heard.append)
    presenter.close()
    conversation.next()

    assert heard == []


def test_a_change_is_shown_once_and_after_what_it_sends_has_gone_out(presenter, conversation):
    changes = QSignalSpy(presenter.situation_changed)
    conversation.next()
    conversation.meet()
    QApplication.sendPostedEvents()
    assert changes.count() == 0
    assert presenter.situation.phase is Phase.CONNECTING

    assert changes.wait(DEADLINE_MS)
    assert [situation.phase for [situation] in map(changes.at, range(changes.count()))] == [
        Phase.CONNECTING
    ]


def test_a_closed_presenter_shows_nothing_that_was_still_due(presenter, conversation):
    changes = QSignalSpy(presenter.situation_changed)
    conversation.next()
    presenter.close()
    later = QTimer(singleShot=True, interval=2 * SHOW_AFTER_MS)
    passed = QSignalSpy(later.timeout)
    later.start()

    assert passed.wait(DEADLINE_MS)
    assert changes.count() == 0
