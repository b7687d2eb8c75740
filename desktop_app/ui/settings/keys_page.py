"""The keys a person can change."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit

from desktop_app.presenters.settings import Key, SettingsPresenter
from desktop_app.settings.model import Settings
from desktop_app.ui.keys import kept_key, key_text, shown_key, types_text
from desktop_app.ui.parts.icon_buttons import TextButton
from desktop_app.ui.parts.labels import label
from desktop_app.ui.settings.page import SettingsPage, named

translate = QCoreApplication.translate


def key_name(key: Key) -> str:
    """What the key does."""
    match key:
        case Key.NEXT:
            return translate("Key", "Next person")
        case Key.SECOND_NEXT:
            return translate("Key", "Next person, second key")
        case Key.STOP:
            return translate("Key", "Stop")
        case Key.REPORT:
            return translate("Key", "Report this person")
        case Key.UNVEIL:
            return translate("Key", "Unveil the picture")


class KeysPage(SettingsPage):
    """A key that is taken, or that one needs for writing, is refused with a sentence."""

    def __init__(self, presenter: SettingsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._heading = self.add_heading()
        self._hint = label("muted", wrap=True)
        self.rows.addWidget(self._hint)
        self.edits: dict[Key, QKeySequenceEdit] = {}
        self._names = {key: label() for key in Key}
        grid = self.add_grid()
        for row, key in enumerate(Key):
            edit = QKeySequenceEdit()
            edit.setMaximumSequenceLength(1)
            edit.editingFinished.connect(lambda key=key: self._take(key))
            self.edits[key] = edit
            grid.addWidget(self._names[key], row, 0)
            grid.addWidget(edit, row, 1)
        self.refusal = label("problem", wrap=True)
        self.rows.addWidget(self.refusal)
        self.defaults = TextButton("restore")
        self.defaults.clicked.connect(self._restore)
        self.rows.addWidget(self.defaults, 0, Qt.AlignmentFlag.AlignLeft)
        self.rows.addStretch(1)
        presenter.settings_changed.connect(self._show)
        self.retranslate()

    def retranslate(self) -> None:
        self._heading.setText(self.tr("Keys"))
        self._hint.setText(
            self.tr(
                "Click a field and press the key you want. These keys work wherever you are in Passerby."
            )
        )
        for key, edit in self.edits.items():
            named(edit, key_name(key), self._names[key])
        self.defaults.setText(self.tr("Restore the defaults"))
        self.refusal.clear()
        self._show(self._presenter.settings)

    def _show(self, settings: Settings) -> None:
        for key, edit in self.edits.items():
            wanted = shown_key(getattr(settings, key.value))
            if edit.keySequence() != wanted:
                edit.setKeySequence(wanted)

    def _take(self, key: Key) -> None:
        sequence = self.edits[key].keySequence()
        portable = kept_key(sequence)
        if portable == getattr(self._presenter.settings, key.value):
            self._show(self._presenter.settings)
            return
        refusal = self._why_not(key, sequence, portable)
        self.refusal.setText(refusal)
        if refusal or not self._presenter.set_key(key, portable):
            self._show(self._presenter.settings)

    def _why_not(self, key: Key, sequence: QKeySequence, portable: str) -> str:
        if types_text(sequence):
            return self.tr("{key} is needed for writing.").format(key=key_text(portable))
        if not portable and key is not Key.SECOND_NEXT:
            return self.tr("This needs a key.")
        taken_by = self._presenter.key_taken_by(key, portable)
        if taken_by is not None:
            return self.tr("{key} is already used for: {action}.").format(
                key=key_text(portable), action=key_name(taken_by)
            )
        return ""

    def _restore(self) -> None:
        self.refusal.clear()
        self._presenter.restore_keys()
