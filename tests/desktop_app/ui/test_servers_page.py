"""The page of the servers: the list, checks, and a way past the relay."""

import asyncio

from PySide6.QtWidgets import QApplication

from desktop_app.session.phases import Phase
from desktop_app.session.server_check import ServerCheck
from desktop_app.settings.model import Server
from desktop_app.ui.application import apply_language
from desktop_app.ui.settings.dialog import SettingsDialog
from tests.desktop_app.ui.stage_set import SERVER, StageSet, answered


async def test_a_server_is_checked_added_chosen_and_removed(call: StageSet, dialog: SettingsDialog):
    page = dialog.servers
    url = "wss://other.example"
    call.answers[url] = ServerCheck(url, ok=True, online=2)
    page.form.address.setText(url)
    page.form.check.click()
    await answered()
    page.add.click()
    assert [known.url for known in call.store.value.servers] == [SERVER.url, url]
    assert len(page.server_rows) == 2
    call.settings.choose_server(Server(url))
    assert call.store.value.server == url
    call.settings.remove_server(SERVER)

    assert [known.url for known in call.store.value.servers] == [url]


async def test_the_answer_of_a_check_follows_the_language(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    form = dialog.servers.form
    form.address.setText("wss://nobody.example")
    form.check.click()
    await answered()
    assert form.answer.text().startswith("The server cannot be reached.")
    apply_language(app, "fr")
    app.processEvents()

    assert form.answer.text().startswith("Le serveur est injoignable.")


def test_the_server_in_use_pressed_once_more_leaves_the_call_alone(
    call: StageSet, dialog: SettingsDialog
):
    (row,) = dialog.servers.server_rows
    row.choice.click()

    assert call.conversation.situation.phase is Phase.TALKING


def test_a_long_address_leaves_the_rest_of_its_row_in_sight(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    url = f"wss://example.org/{'x' * 2_000}"
    call.store.change(servers=(SERVER, Server(url)))
    dialog.show_page(dialog.servers)
    app.processEvents()

    page = dialog.servers
    assert page.column.width() <= page.viewport().width()
    choice = page.server_rows[-1].choice
    assert choice.text().startswith("wss://example.org/x")
    assert "…" in choice.text()
    assert choice.toolTip() == url


def test_the_server_in_use_is_not_removed(call: StageSet, dialog: SettingsDialog):
    call.settings.remove_server(SERVER)

    assert call.store.value.servers == (SERVER,)


async def test_a_known_server_can_be_checked(call: StageSet, dialog: SettingsDialog):
    call.answers[SERVER.url] = ServerCheck(SERVER.url, ok=True, online=12)
    (row,) = dialog.servers.server_rows
    row.check.click()
    assert row.answer.text() == "Checking…"
    await answered()

    assert row.answer.text() == "Reachable, 12 people online."
    assert dialog.servers.form.answer.text() == ""


async def test_the_answer_about_a_known_server_is_not_taken_for_the_new_one(
    call: StageSet, dialog: SettingsDialog
):
    call.held["wss://other.example"] = asyncio.Event()
    form = dialog.servers.form
    form.address.setText("wss://other.example")
    form.check.click()
    (row,) = dialog.servers.server_rows
    row.check.click()
    await answered()

    assert "cannot be reached" in row.answer.text()
    assert form.answer.text() == "Checking…"


def test_direct_calls_are_a_choice_only_where_the_server_has_a_relay(
    call: StageSet, dialog: SettingsDialog
):
    page = dialog.servers
    assert not page.direct.isVisibleTo(page)
    call.conversation.show(offers_relay=True)
    assert page.direct.isVisibleTo(page)
    assert not page.direct.isChecked()

    page.direct.click()

    assert call.store.value.server_in_use is not None
    assert call.store.value.server_in_use.prefers_direct
    assert page.direct.isChecked()
