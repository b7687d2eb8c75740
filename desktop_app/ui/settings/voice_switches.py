"""What is done to the microphone's sound: three switches, and one for nothing at all."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.presenters.settings import SettingsPresenter
from desktop_app.settings.model import Settings
from desktop_app.ui.parts.switch import Switch


class VoiceSwitches(QWidget):
    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.echo, self.noise, self.gain = Switch(), Switch(), Switch()
        self.music = Switch()
        self.music.clicked.connect(presenter.set_music)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for switch in (self.echo, self.noise, self.gain):
            rows.addWidget(switch)
            switch.clicked.connect(self._choose)
        rows.addWidget(self.music)
        presenter.settings_changed.connect(self._show)
        self._show(presenter.settings)
        self._retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self.echo.setText(self.tr("Take out the echo of the speaker"))
        self.noise.setText(self.tr("Take out background noise"))
        self.gain.setText(self.tr("Keep the voice evenly loud"))
        self.music.setText(self.tr("Music: send the sound as it is, in stereo"))
        self.music.setToolTip(
            self.tr("For instruments and recordings. Use headphones: no echo is taken out.")
        )

    def _show(self, settings: Settings) -> None:
        self.echo.setChecked(settings.echo_cancellation)
        self.noise.setChecked(settings.noise_suppression)
        self.gain.setChecked(settings.automatic_gain)
        self.music.setChecked(settings.music)
        for switch in (self.echo, self.noise, self.gain):
            switch.setEnabled(not settings.music)

    def _choose(self) -> None:
        self._presenter.set_voice_processing(
            echo_cancellation=self.echo.isChecked(),
            noise_suppression=self.noise.isChecked(),
            automatic_gain=self.gain.isChecked(),
        )
