"""The buttons that switch camera and microphone, on every screen the same."""

from PySide6.QtCore import QEvent

from desktop_app.engine_messages import DeviceKind
from desktop_app.presenters.call import CallPresenter
from desktop_app.session.situation import DeviceSituation
from desktop_app.ui import device_messages
from desktop_app.ui.parts.icon_buttons import IconButton

_ICONS = {DeviceKind.CAMERA: "video", DeviceKind.MICROPHONE: "microphone"}


class DeviceButton(IconButton):
    """A device that does not work looks switched off, and the tool tip says why."""

    def __init__(self, presenter: CallPresenter, kind: DeviceKind) -> None:
        super().__init__(_ICONS[kind], "round")
        self._presenter = presenter
        self._kind = kind
        self.clicked.connect(self._switch)
        presenter.device_changed.connect(self._show)
        self._show(presenter.device(kind))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._show(self._presenter.device(self._kind))

    def _show(self, device: DeviceSituation) -> None:
        if device.kind is not self._kind:
            return
        works = device.on and device.problem is None
        name = _ICONS[self._kind]
        self.set_icon(name if works else f"{name}-off", off=not works)
        action = self._action(device.on)
        why = device_messages.device_note(device) if device.problem is not None else ""
        self.set_label(f"{why}\n{action}" if why and device.on else action)

    def _action(self, on: bool) -> str:
        if self._kind is DeviceKind.CAMERA:
            return self.tr("Switch the camera off") if on else self.tr("Switch the camera on")
        return self.tr("Mute yourself") if on else self.tr("Unmute yourself")

    def _switch(self) -> None:
        on = not self._presenter.device(self._kind).on
        if self._kind is DeviceKind.CAMERA:
            self._presenter.set_camera_on(on)
        else:
            self._presenter.set_microphone_on(on)
