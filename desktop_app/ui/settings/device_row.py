"""One kind of device in the settings: its choice and what to know about it."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from desktop_app.engine_messages import DeviceKind
from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.session.situation import DeviceSituation
from desktop_app.ui import device_messages
from desktop_app.ui.parts.labels import label
from desktop_app.ui.parts.wheel import ChoiceBox
from desktop_app.ui.settings.page import named


class DeviceRow(QWidget):
    """A combo box of names; the first entry is the first that works."""

    device_chosen = Signal(str)

    def __init__(self, presenter: SettingsPresenter, kind: DeviceKind) -> None:
        super().__init__()
        self._presenter = presenter
        self._kind = kind
        self._names: dict[str, str] = {}
        self._name = label()
        self.choice = ChoiceBox()
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.choice.activated.connect(self._choose)
        self.note = label("problem", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, 120)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._name, 0, 0)
        grid.addWidget(self.choice, 0, 1)
        grid.addWidget(self.note, 1, 1)
        presenter.device_changed.connect(self._follow)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        named(self.choice, device_messages.device_kind(self._kind), self._name)
        self._follow(self._presenter.device(self._kind))

    def _follow(self, device: DeviceSituation) -> None:
        if device.kind is not self._kind:
            return
        self._names |= {found.id: found.name for found in device.found}
        self.choice.clear()
        automatic = self.tr("Automatic")
        if device.opened is not None and not device.wanted:
            name = (
                device_messages.stand_in_name(self._kind) if device.stand_in else device.opened.name
            )
            automatic = self.tr("Automatic ({name})").format(name=name)
        self.choice.addItem(automatic, "")
        for found in device.found:
            self.choice.addItem(found.name, found.id)
        if device.wanted and self.choice.findData(device.wanted) < 0:
            missing = self._names.get(device.wanted, self.tr("The device you chose"))
            self.choice.addItem(self.tr("{name} (not there)").format(name=missing), device.wanted)
        self.choice.setCurrentIndex(self.choice.findData(device.wanted))
        note = device_messages.device_note(device, self._names.get(device.wanted, ""))
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _choose(self, index: int) -> None:
        self.device_chosen.emit(self.choice.itemData(index))
