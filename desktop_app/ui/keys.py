"""Keys as a person reads them."""

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

_FOR_WRITING = {
    Qt.Key.Key_Space,
    Qt.Key.Key_Return,
    Qt.Key.Key_Enter,
    Qt.Key.Key_Backspace,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
}
_LATIN_LAST = 0x00FFFFFF
"""Key codes up to here are characters (Qt::Key)."""
_EDITING = tuple("ACVXZY")


def key_text(portable: str) -> str:
    """portable is the text in Settings, such as "Ctrl+Return"; the result is for the screen."""
    return QKeySequence(portable).toString(QKeySequence.SequenceFormat.NativeText)


def types_text(sequence: QKeySequence) -> bool:
    """Whether one needs this key to write in the chat."""
    if sequence.isEmpty():
        return False
    pressed: QKeyCombination = sequence[0]  # type: ignore[index]  # the stub forgets it
    key, modifiers = pressed.key(), pressed.keyboardModifiers()
    character = key <= _LATIN_LAST
    if modifiers in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
        return character or key in _FOR_WRITING
    plain_control = modifiers == Qt.KeyboardModifier.ControlModifier
    return plain_control and character and chr(key) in _EDITING
