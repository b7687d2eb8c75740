"""The page of the devices: what is chosen and switched takes effect at once."""

from PySide6.QtGui import Qt, QTextDocumentFragment
from PySide6.QtWidgets import QApplication

from desktop_app.engine_messages import Device, DeviceKind, DeviceProblem, Level
from desktop_app.ui.settings.dialog import SettingsDialog
from tests.desktop_app.ui.stage_set import StageSet


def test_a_device_is_chosen_by_name_during_a_call(call: StageSet, dialog: SettingsDialog):
    choice = dialog.devices.device_rows[DeviceKind.CAMERA].choice
    names = [choice.itemText(index) for index in range(choice.count())]
    assert names == ["Automatic (Logitech C920)", "Logitech C920", "Integrated camera"]
    choice.activated.emit(2)

    assert call.store.value.camera == "camera-Integrated camera"


def test_a_device_pulled_out_stays_in_the_list_as_not_there(call: StageSet, dialog: SettingsDialog):
    row = dialog.devices.device_rows[DeviceKind.CAMERA]
    logitech, integrated = call.equipment.situation(DeviceKind.CAMERA).found
    call.store.change(camera=logitech.id)
    call.equipment.show(
        DeviceKind.CAMERA, found=(integrated,), opened=integrated, wanted_missing=True
    )

    assert row.choice.currentText() == "Logitech C920 (not there)"
    assert row.note.text() == "Your Logitech C920 is not there; using Integrated camera."


def test_a_device_plugged_in_appears(call: StageSet, dialog: SettingsDialog):
    choice = dialog.devices.device_rows[DeviceKind.SPEAKER].choice
    new = Device(DeviceKind.SPEAKER, "hdmi", "Television")
    found = (*call.equipment.situation(DeviceKind.SPEAKER).found, new)
    call.equipment.show(DeviceKind.SPEAKER, found=found)

    assert choice.findText("Television") > 0


def test_resolution_and_frame_rate_take_effect_at_once(call: StageSet, dialog: SettingsDialog):
    dialog.devices.resolution.setCurrentIndex(2)
    dialog.devices.resolution.activated.emit(2)
    dialog.devices.rate.setCurrentIndex(0)
    dialog.devices.rate.activated.emit(0)
    settings = call.store.value

    assert (settings.width, settings.height, settings.fps) == (1920, 1080, 15)


def test_the_level_of_the_microphone_is_shown_only_while_open(
    call: StageSet, dialog: SettingsDialog
):
    assert call.equipment.trying_out
    call.equipment.level.emit(Level(DeviceKind.MICROPHONE, 0.5))
    assert dialog.devices.meter.level == 0.5
    dialog.close()

    assert not call.equipment.trying_out


def test_the_test_sound_and_the_volume(call: StageSet, dialog: SettingsDialog):
    dialog.devices.test.click()
    dialog.devices.volume.setValue(35)

    assert call.equipment.test_sounds == 1
    assert call.store.value.volume == 0.35


def test_each_part_of_the_voice_processing_can_be_switched_off(
    call: StageSet, dialog: SettingsDialog
):
    switches = dialog.devices.voice
    fields = {
        "echo_cancellation": switches.echo,
        "noise_suppression": switches.noise,
        "automatic_gain": switches.gain,
    }
    for field, switch in fields.items():
        assert getattr(call.store.value, field)
        switch.click()
        assert not getattr(call.store.value, field)
        switch.click()
    assert all(getattr(call.store.value, field) for field in fields)


def test_music_goes_out_as_it_is(call: StageSet, dialog: SettingsDialog):
    switches = dialog.devices.voice
    switches.music.click()
    assert call.store.value.music
    assert not any(one.isEnabled() for one in (switches.echo, switches.noise, switches.gain))
    switches.music.click()

    assert not call.store.value.music
    assert switches.echo.isEnabled()


def test_devices_are_open_on_their_page_only(call: StageSet, dialog: SettingsDialog):
    assert call.equipment.trying_out
    dialog.names.setCurrentRow(2)
    assert not call.equipment.trying_out
    dialog.names.setCurrentRow(0)

    assert call.equipment.trying_out


def test_a_test_sound_that_cannot_be_heard_is_not_offered(call: StageSet, dialog: SettingsDialog):
    call.equipment.show(DeviceKind.SPEAKER, opened=None, problem=DeviceProblem.NO_SOUND_SERVER)

    assert not dialog.devices.test.isEnabled()
    assert dialog.devices.test.toolTip() == "This computer's sound system is not running."
    call.equipment.show(DeviceKind.SPEAKER, problem=None)
    assert dialog.devices.test.isEnabled()


def test_a_name_that_looks_like_markup_is_shown_as_it_is(call: StageSet, dialog: SettingsDialog):
    call.equipment.show(DeviceKind.SPEAKER, problem=DeviceProblem.BUSY, problem_name="<b>R&B</b>")

    tip = dialog.devices.test.toolTip()
    assert Qt.mightBeRichText(tip)
    shown = QTextDocumentFragment.fromHtml(tip).toPlainText()
    assert shown.startswith("<b>R&B</b> is used by another program.")


def test_what_stands_in_for_a_device_is_named_in_the_language(
    call: StageSet, dialog: SettingsDialog, app: QApplication
):
    call.settings.set_language("fr")
    app.processEvents()
    call.equipment.show(
        DeviceKind.MICROPHONE,
        opened=Device(DeviceKind.MICROPHONE, "", "Generated voice"),
        stand_in=True,
    )

    shown = dialog.devices.device_rows[DeviceKind.MICROPHONE].choice.itemText(0)
    assert shown == "Automatique (voix de synthèse)"
