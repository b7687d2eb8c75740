"""Camera, microphone and speaker, with a look and a listen."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop_app.engine_messages import DeviceKind, Level
from desktop_app.presenters.settings import FRAME_RATES, RESOLUTIONS, SettingsPresenter
from desktop_app.session.situation import DeviceSituation
from desktop_app.settings.model import Settings
from desktop_app.ui import device_messages
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.layouts import row
from desktop_app.ui.parts.level_meter import LevelMeter
from desktop_app.ui.parts.plain_words import in_tip
from desktop_app.ui.parts.wheel import ChoiceBox, Slider
from desktop_app.ui.settings.device_row import DeviceRow
from desktop_app.ui.settings.page import SettingsPage, named
from desktop_app.ui.settings.voice_switches import VoiceSwitches
from desktop_app.ui.video.live_image import LiveImage
from desktop_app.ui.video.picture_view import PictureView

_PREVIEW = (288, 162)


class DevicesPage(SettingsPage):
    def __init__(self, presenter: SettingsPresenter, self_image: LiveImage) -> None:
        super().__init__()
        self._presenter = presenter
        self.device_rows = {kind: DeviceRow(presenter, kind) for kind in DeviceKind}
        for kind, choice in self.device_rows.items():
            choice.device_chosen.connect(
                lambda device_id, kind=kind: presenter.choose_device(kind, device_id)
            )
        self.preview = PictureView(self_image, fill=False, radius=12)
        self.preview.setFixedSize(*_PREVIEW)
        self.resolution, self.rate = ChoiceBox(), ChoiceBox()
        self._resolution_name, self._rate_name, self._delivered = label(), label(), label("muted")
        self.meter, self._meter_name = LevelMeter(), label()
        self.voice = VoiceSwitches(presenter)
        self.volume, self._volume_name = Slider(), label()
        self.test = TextButton("volume-high")
        self._fill_choices()
        self._lay_out()
        self.resolution.activated.connect(lambda _: self._choose_format())
        self.rate.activated.connect(lambda _: self._choose_format())
        self.volume.valueChanged.connect(lambda value: presenter.set_volume(value / 100))
        self.test.clicked.connect(presenter.play_test_sound)
        presenter.level_changed.connect(self._show_level)
        presenter.settings_changed.connect(self._show)
        presenter.device_changed.connect(self._show_delivered)
        presenter.device_changed.connect(self._show_test)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._presenter.try_devices(True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.try_devices(False)

    def retranslate(self) -> None:
        named(self.resolution, self.tr("Resolution"), self._resolution_name)
        named(self.rate, self.tr("Frame rate"), self._rate_name)
        named(self.meter, self.tr("Level"), self._meter_name)
        named(self.volume, self.tr("Volume"), self._volume_name)
        self.preview.setAccessibleName(self.tr("Your own picture"))
        self.test.setText(self.tr("Play a test sound"))
        for index, rate in enumerate(FRAME_RATES):
            self.rate.setItemText(index, self.tr("{rate} pictures a second").format(rate=rate))
        self._show(self._presenter.settings)
        self._show_delivered(self._presenter.device(DeviceKind.CAMERA))
        self._show_test(self._presenter.device(DeviceKind.SPEAKER))

    def _fill_choices(self) -> None:
        for width, height in RESOLUTIONS:
            self.resolution.addItem(f"{width} × {height}", (width, height))
        for rate in FRAME_RATES:
            self.rate.addItem("", rate)
        self.volume.setRange(0, 100)

    def _lay_out(self) -> None:
        self.rows.addWidget(self.device_rows[DeviceKind.CAMERA])
        camera = row(16)
        camera.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignTop)
        form = _grid()
        form.addWidget(self._resolution_name, 0, 0)
        form.addWidget(self.resolution, 1, 0)
        form.addWidget(self._rate_name, 2, 0)
        form.addWidget(self.rate, 3, 0)
        form.addWidget(self._delivered, 4, 0)
        form.setRowStretch(5, 1)
        camera.addLayout(form, 1)
        self.rows.addLayout(camera)
        self.rows.addSpacing(8)
        self.rows.addWidget(self.device_rows[DeviceKind.MICROPHONE])
        self.rows.addLayout(_row(self._meter_name, self.meter))
        self.rows.addLayout(_row(label(), self.voice))
        self.rows.addSpacing(8)
        self.rows.addWidget(self.device_rows[DeviceKind.SPEAKER])
        self.rows.addLayout(_row(self._volume_name, self.volume))
        grid = _row(label(), self.test)
        grid.setAlignment(self.test, Qt.AlignmentFlag.AlignLeft)
        self.rows.addLayout(grid)
        self.rows.addStretch(1)

    def _show(self, settings: Settings) -> None:
        index = self.resolution.findText(f"{settings.width} × {settings.height}")
        self.resolution.setCurrentIndex(index)
        self.rate.setCurrentIndex(self.rate.findData(settings.fps))
        if not self.volume.isSliderDown():
            self.volume.blockSignals(True)
            self.volume.setValue(round(settings.volume * 100))
            self.volume.blockSignals(False)

    def _show_delivered(self, device: DeviceSituation) -> None:
        if device.kind is not DeviceKind.CAMERA:
            return
        text = ""
        if device.opened is not None and device.width:
            text = self.tr("The camera delivers {width} × {height}.").format(
                width=device.width, height=device.height
            )
        self._delivered.setText(text)

    def _show_test(self, device: DeviceSituation) -> None:
        """A sound that cannot be heard is not offered; the note of the speaker says why, too."""
        if device.kind is DeviceKind.SPEAKER:
            self.test.setEnabled(device.problem is None)
            why = device_messages.device_note(device) if device.problem else ""
            self.test.setToolTip(in_tip(why))

    def _show_level(self, level: Level) -> None:
        if level.kind is DeviceKind.MICROPHONE:
            self.meter.show_level(level.level)

    def _choose_format(self) -> None:
        width, height = RESOLUTIONS[self.resolution.currentIndex()]
        self._presenter.set_format(width, height, FRAME_RATES[self.rate.currentIndex()])


def _grid() -> QGridLayout:
    made = QGridLayout()
    made.setVerticalSpacing(5)
    return made


def _row(name: QWidget, widget: QWidget) -> QGridLayout:
    """The same two columns as a DeviceRow."""
    made = QGridLayout()
    made.setColumnMinimumWidth(0, 120)
    made.setColumnStretch(1, 1)
    made.addWidget(name, 0, 0)
    made.addWidget(widget, 0, 1)
    return made
